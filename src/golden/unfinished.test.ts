import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { echo, fakeTools, folderWith, human } from '../../fixtures/golden/fakes.ts';
import { loadTrace } from '../trace/session.ts';
import { evaluate } from './evaluate.ts';
import { renderedJson } from './golden.ts';
import type { Verdict } from './verdict.ts';

// A trace that an application is writing while it is tested. POML writes the files in this order.

const prompt = human('hello Ann');
const FILES: [suffix: string, text: string][] = [
  ['.poml', 'hello {{name}}'],
  ['.env', 'SOURCE_PATH=/srv/app/prompts/greet.poml\n'],
  ['.context.json', '{ "name": "Ann" }'],
  ['.result.json', renderedJson(prompt)],
  ['.result.txt', String(prompt)],
];

/** Judges a trace of which files are written up to a point, and the rest while it is looked at. */
async function judgedAt(files: number, part: number, isGoneOn: boolean, update: 'none' | 'all' = 'none') {
  const dir = folderWith({});
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const prefix = path.join(dir, '0001.greet');
  for (const [suffix, text] of FILES.slice(0, files)) writeFileSync(prefix + suffix, text);
  const [suffix, text] = FILES[files]!;
  writeFileSync(prefix + suffix, text.slice(0, Math.floor(text.length * part)));
  const verdict = evaluate(loadTrace(prefix), undefined, { update }, fakeTools(echo));
  if (isGoneOn) {
    for (const [rest, whole] of FILES.slice(files)) {
      await sleep(20);
      writeFileSync(prefix + rest, whole);
    }
  }
  return (await verdict) as Verdict;
}

const POINTS = FILES.flatMap(([suffix], files) =>
  [0, 0.5, 1].map((part): [string, number, number] => [`${part * 100} % of ${suffix}`, files, part]),
);

test.each(POINTS)('a trace that is found at %s is waited for', async (_, files, part) => {
  // Of a text that ends too early nothing is lost when an update replaces it.
  for (const update of files < 4 ? (['none', 'all'] as const) : (['none'] as const)) {
    const verdict = await judgedAt(files, part, true, update);
    expect(verdict).toMatchObject({ status: 'same', written: [], proposal: [] });
  }
});

test('one that is not gone on with is judged as it is, with words that say what may be wrong', async () => {
  expect(await judgedAt(2, 0.5, false)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/0001\.greet\.context\.json: is not valid JSON: the text ends too early/),
  });
  expect(await judgedAt(2, 1, false)).toMatchObject({
    status: 'failed',
    reason:
      'The recorded call failed without a result, or its recording was cut off, and the prompt renders now.',
  });
  expect(await judgedAt(4, 0.5, false)).toMatchObject({
    status: 'changed',
    reason: '.result.txt says something else than .result.json.',
  });
});

test('one that goes away is told by name', async () => {
  const dir = folderWith({});
  const prefix = path.join(dir, '0001.greet');
  writeFileSync(`${prefix}.poml`, 'hello');
  const verdict = evaluate(loadTrace(prefix), undefined, {}, fakeTools(echo));
  rmSync(dir, { recursive: true });
  expect(await verdict).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('0001.greet.poml'),
  });
});

test('one that is written again and again is not waited for without end', async () => {
  const dir = folderWith({});
  const prefix = path.join(dir, '0001.greet');
  const write = () => writeFileSync(`${prefix}.poml`, 'hello');
  write();
  const timer = setInterval(write, 50);
  onTestFinished(() => {
    clearInterval(timer);
    rmSync(dir, { recursive: true });
  });
  const verdict = await evaluate(loadTrace(prefix), undefined, {}, fakeTools(echo));
  expect(verdict.status).toBe('missing');
});
