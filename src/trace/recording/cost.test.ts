import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder, writeFiles } from '../testing/session-folder.ts';
import { poml, traceArtifact } from './index.ts';
import { setTrace } from './testing/set-trace.ts';

const counted = vi.hoisted(() => ({ operations: 0, listed: 0 }));

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>();
  const functions = Object.entries(actual).filter(
    ([name, value]) => name.endsWith('Sync') && typeof value === 'function',
  );
  const counting = functions.map(([name, value]) => {
    const call = value as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        const result = call(...args);
        counted.operations++;
        if (name === 'readdirSync') counted.listed += (result as unknown[]).length;
        return result;
      },
    ];
  });
  return { ...actual, ...Object.fromEntries(counting) };
});

/** What one call costs: operations on files, and names that were listed. */
async function cost(call: () => Promise<unknown>): Promise<{ operations: number; listed: number }> {
  const before = { ...counted };
  await call();
  return { operations: counted.operations - before.operations, listed: counted.listed - before.listed };
}

it('the ten thousandth call costs what the second did', { timeout: 300_000 }, async () => {
  const home = writeFiles(temporaryFolder(), { 'a.poml': '<p>Hello</p>' });
  const prompt = path.join(home, 'a.poml');
  const dir = setTrace('local', { traceDir: path.join(home, 'pomlruns') })!;
  const call = () => cost(() => poml(prompt));
  const first = await call();
  const second = await call();
  expect(second.listed).toBe(0);
  expect(second.operations).toBeLessThanOrEqual(first.operations);
  for (let calls = 2; calls < 9_900; calls++) await poml(prompt);
  const costs = [];
  while (costs.length < 101) costs.push(await call());
  expect(costs).toEqual(costs.map(() => second));

  // An artifact beside every call does not make the next one list the folder.
  const withArtifact = async () => traceArtifact('.reply.txt', 'yes', { of: await poml(prompt) });
  await withArtifact();
  const later = await cost(withArtifact);
  expect(later.listed).toBe(0);
  setTrace(false);

  const files = readdirSync(dir);
  expect(files.filter((file) => file.endsWith('.result.json'))).toHaveLength(10_003);
  expect(files).toContain('10003.a.reply.txt');
});

it('a folder is listed again only when somebody else has changed it', async () => {
  const home = writeFiles(temporaryFolder(), {
    'a.poml': '<p>Hello</p>',
    'runs/0002.other.poml': '<p>there</p>',
  });
  const prompt = path.join(home, 'a.poml');
  vi.stubEnv('POML_TRACE', path.join(home, 'runs'));
  const listed = [];
  for (let calls = 0; calls < 4; calls++) listed.push((await cost(() => poml(prompt))).listed);
  expect(listed).toEqual([1, 0, 0, 0]);
  // Later than the file system's clock can tell apart.
  await new Promise((resolve) => setTimeout(resolve, 50));
  writeFiles(home, { 'runs/0006-notes.txt': 'mine' });
  const after = [];
  for (let calls = 0; calls < 3; calls++) after.push((await cost(() => poml(prompt))).listed);
  // Its own files and the notes.
  expect(after).toEqual([4 * 5 + 1 + 1, 0, 0]);
  vi.unstubAllEnvs();
  const numbers = readdirSync(path.join(home, 'runs')).map((file) => file.slice(0, 4));
  expect([...new Set(numbers)].sort()).toEqual([
    '0001',
    '0002',
    '0003',
    '0004',
    '0005',
    '0006',
    '0007',
    '0008',
    '0009',
  ]);
});
