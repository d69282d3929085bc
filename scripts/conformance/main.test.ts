import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RenderError } from '../../src/poml/errors.ts';
import type { RenderedPrompt } from '../../src/poml/types.ts';
import type { Render } from './check.ts';
import { main } from './main.ts';

const data = join(import.meta.dirname, '../../fixtures/conformance/data');

/** Knows the recorded result of every case, and is wrong about one. */
const recorded: Render = async (markup, options) => {
  const stem = options?.sourcePath?.replace(/\.poml$/, '') ?? '';
  if (stem.includes('/err-')) throw new RenderError('as recorded');
  const json = readFileSync(`${stem}.result.json`, 'utf8');
  const text = readFileSync(`${stem}.result.txt`, 'utf8');
  const wrong = stem.endsWith('/table-jsonl-src') ? '!' : '';
  const prompt: Partial<RenderedPrompt> = {
    errors: [],
    toJSON: () => JSON.parse(json) as Record<string, unknown>,
    toString: () => text + wrong,
  };
  expect(markup).toBe(readFileSync(`${stem}.poml`, 'utf8'));
  return prompt as RenderedPrompt;
};

const load = async (): Promise<Render> => recorded;
let output: string[] = [];

beforeEach(() => {
  output = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void output.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void output.push(text));
});
afterEach(() => vi.restoreAllMocks());

describe('main', () => {
  test('counts and shows what differs', async () => {
    expect(await main([data, '--only', 'table-'], load)).toBe(1);
    expect(output.join()).toMatch(/✗ table-jsonl-src\n +result\.txt differs at line/);
    expect(output.join()).toMatch(/\n\d+ passed, \d+ failed$/);
  });

  test('is content when all pass', async () => {
    expect(await main([data, '--only', 'platform-img'], load)).toBe(0);
    expect(output.join()).toMatch(/\n\d\d passed, 0 failed$/);
  });

  test('prints JSON for programs', async () => {
    await main([data, '--only', 'table-jsonl-src', '--json'], load);
    expect(JSON.parse(output.join())).toMatchObject({
      passed: 0,
      failed: 1,
      folders: [{ failures: [{ name: 'table-jsonl-src' }] }],
    });
  });

  test.each([
    [['/nowhere'], '/nowhere is no folder'],
    [[import.meta.dirname], 'no conformance case and no recorded session'],
    [[data, '--only', 'nothing-like-it'], 'holds "nothing-like-it"'],
    [['--onyl', 'x'], '--onyl'],
  ])('refuses %j in words', async (argv, message) => {
    expect(await main(argv, load)).toBe(2);
    expect(output.join()).toContain(message);
  });
});
