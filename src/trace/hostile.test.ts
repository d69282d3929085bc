import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { boundedProcess } from '../poml/testing/bounded-process.ts';
import { TraceError } from './error.ts';
import { loadSession } from './index.ts';
import { folderWith, resultJson } from './testing/session-folder.ts';
import type { Trace } from './types.ts';

const result = resultJson([{ speaker: 'human', content: 'Grüße, 日本' }]);

/** Everything a trace tells; what is broken must say so in a TraceError. */
function readAll(trace: Trace): unknown[] {
  const parts = ['markup', 'context', 'stylesheet', 'result', 'resultText', 'sourcePath', 'chat'] as const;
  return parts.map((part) => {
    try {
      return trace[part];
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError);
      expect((error as TraceError).message).toContain(path.basename(trace.prefix));
      return error;
    }
  });
}

test('a session cut off anywhere while it was written lists, and names the file that is broken', () => {
  const bytes = Buffer.from(result);
  for (let length = 0; length < bytes.length; length++) {
    const dir = folderWith({
      '0001.a.poml': '<p>a</p>',
      '0001.a.result.json': bytes.subarray(0, length),
      '0002.b.poml': '<p>b</p>',
    });
    const [first, second] = loadSession(dir).traces;
    expect(() => first!.result).toThrow(/0001\.a\.result\.json/);
    expect(second!.result).toBeUndefined();
    expect(readAll(second!)).toContain('<p>b</p>');
  }
});

test('what is no file is not waited for', { timeout: 60_000 }, async () => {
  const dir = folderWith({ '0001.a.poml': '<p>a</p>', '0001.a.result.json': result });
  execFileSync('mkfifo', [path.join(dir, '0001.a.context.json')]);
  symlinkSync('/dev/zero', path.join(dir, '0001.a.stylesheet.json'));
  mkdirSync(path.join(dir, '0001.a.result.txt'));
  const elsewhere = boundedProcess<{ dir: string }, string[]>(
    new URL('testing/read-process.ts', import.meta.url),
  );
  const [markup, context, stylesheet, text, json] = await elsewhere.run({ dir }).finally(elsewhere.close);
  expect(markup).toBe('"<p>a</p>"');
  expect(context).toMatch(/^TraceError: .*0001\.a\.context\.json/);
  expect(stylesheet).toMatch(/^TraceError: .*stylesheet\.json: is a symbolic link that leads out/);
  // A folder is no file of a trace.
  expect(text).toBeUndefined();
  expect(json).toBe(JSON.stringify(JSON.parse(result)));
});

test('a session that is being written while it is read', { timeout: 30_000 }, async () => {
  const dir = folderWith({ '0001.a.poml': '<p>a</p>' });
  const writer = `
    const fs = require('node:fs');
    for (let i = 2; i < 400; i++) {
      const prefix = ${JSON.stringify(dir)} + '/' + String(i).padStart(4, '0') + '.a';
      fs.writeFileSync(prefix + '.poml', '<p>' + i + '</p>');
      const half = fs.openSync(prefix + '.result.json', 'w');
      fs.writeSync(half, ${JSON.stringify(result.slice(0, 20))});
      fs.writeSync(half, ${JSON.stringify(result.slice(20))});
      fs.closeSync(half);
      if (i % 7 === 0) fs.rmSync(prefix + '.poml');
    }`;
  const child = spawn(process.execPath, ['-e', writer], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let reads = 0;
  while (child.exitCode === null) {
    for (const trace of loadSession(dir).traces.slice(-5)) readAll(trace);
    reads++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  expect(child.exitCode).toBe(0);
  expect(reads).toBeGreaterThan(0);
  const complete = loadSession(dir).traces;
  expect(complete).toHaveLength(399);
  for (const trace of complete.slice(1)) expect(trace.result).toEqual(JSON.parse(result));
});
