import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { errorCode } from '../error.ts';
import { loadSession } from '../session.ts';
import { temporaryFolder, writeFiles } from '../testing/session-folder.ts';

const script = path.join(import.meta.dirname, 'testing/recorder.ts');
const CALLS = 60;
const NAMES = ['ada', 'bob', 'cyd', 'dan'];

it('four processes that record into one folder lose and overwrite nothing', {
  timeout: 120_000,
}, async () => {
  const home = writeFiles(temporaryFolder(), {
    // Same names, names of their own, and markup given as text.
    'shared.poml': '<p>shared {{ call }}</p>',
    ...Object.fromEntries(NAMES.map((name) => [`${name}.poml`, `<p>own {{ call }}</p>`])),
  });
  const dir = path.join(home, 'pomlruns');
  let running = true;
  const recorders = NAMES.map((name) =>
    run(dir, [
      name,
      String(CALLS),
      path.join(home, 'shared.poml'),
      path.join(home, `${name}.poml`),
      '<p>text {{ call }}</p>',
    ]),
  );
  const done = Promise.all(recorders).finally(() => {
    running = false;
  });
  // A reader that comes at any time finds no half file.
  let found = 0;
  while (running) {
    found += wholeFiles(dir);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await done).toEqual(NAMES.map(() => ({ code: 0, errors: '' })));
  expect(found).toBeGreaterThan(0);

  const { traces } = loadSession(dir);
  const total = NAMES.length * CALLS;
  expect(traces.map(({ index }) => index)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  const calls = traces.map(({ context }) => String(context.call));
  expect(calls.toSorted()).toEqual(
    NAMES.flatMap((name) => Array.from({ length: CALLS }, (_, call) => `${name}-${call}`)).toSorted(),
  );
  for (const trace of traces) {
    const { call } = trace.context as { call: string };
    expect(JSON.stringify(trace.result)).toContain(` ${call}"`);
    expect(trace.resultText).toContain(` ${call}`);
    expect(trace.artifacts).toEqual(/[05]$/.test(call) ? ['.reply.txt'] : []);
    for (const suffix of trace.artifacts)
      expect(readFileSync(trace.path(suffix), 'utf8')).toBe(`reply to ${call}`);
  }
  // Nothing else is left there: no lock, no counter, no temporary file.
  expect(readdirSync(dir).filter((file) => !/^\d{4}\./.test(file))).toEqual([]);
});

/** Reads all results of a folder. @returns how many */
function wholeFiles(dir: string): number {
  let read = 0;
  for (const file of names(dir).filter((name) => name.endsWith('.result.json'))) {
    expect(JSON.parse(readFileSync(path.join(dir, file), 'utf8'))).toHaveProperty('messages');
    read++;
  }
  return read;
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function run(folder: string, args: string[]): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { ...process.env, POML_TRACE: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, errors }));
  });
}
