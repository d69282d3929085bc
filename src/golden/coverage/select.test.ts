import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Coverage } from '../../poml/coverage/collector.ts';
import { renderSync } from '../../poml/index.ts';
import { Random } from '../../poml/testing/fuzz/random.ts';
import { coverTraces } from './collect.ts';
import { type CallCoverage, selectByCoverage, selectDistinct } from './select.ts';
import { mutationsOf } from './testing/mutations.ts';
import { workshop } from './testing/workshop.ts';

/** What calls of a prompt exercise. */
function callsOf(markup: string, contexts: readonly Record<string, unknown>[]): CallCoverage[] {
  const coverage = new Coverage({ values: true });
  return contexts.map((context) => {
    renderSync(markup, { context, coverage, strict: false });
    return coverage.lastCall();
  });
}

describe('selectByCoverage', () => {
  test('keeps the fewest calls that take every way', () => {
    const markup = '<poml><p if="a">A</p><p if="b">B</p><p if="c">C</p></poml>';
    const flags = (a: boolean, b: boolean, c: boolean) => ({ a, b, c });
    const contexts = [
      flags(true, false, false),
      flags(false, true, false),
      flags(true, true, true),
      flags(false, false, true),
      flags(false, false, false),
    ];
    const { kept, insteadOf } = selectByCoverage(callsOf(markup, contexts));
    expect(kept).toEqual([2, 4]);
    expect(insteadOf(0)).toEqual([2, 4]);
  });

  test('keeps what is longest, greatest, least and nearest to a border', () => {
    const markup = '<poml><p if="n > 100">much</p><p>{{ text }}</p></poml>';
    const contexts = [5, 20, 99, 104, 150, 900, 300, 77, 45].map((n, index) => ({
      n,
      text: 'a'.repeat(20 + (index === 6 ? 50 : index)),
    }));
    // 99 and 104 around the border, 5 and 900 at the ends, and the longest text.
    expect(selectByCoverage(callsOf(markup, contexts)).kept).toEqual([0, 2, 3, 5, 6]);
  });

  test('keeps each of a few values, not each of many', () => {
    const contexts = Array.from({ length: 60 }, (_, index) => ({
      rubric: ['safe', 'helpful', 'format'][index % 3],
      id: `id-${String(index).padStart(2, '0')}`,
    }));
    expect(selectByCoverage(callsOf('<p>{{ rubric }} {{ id }}</p>', contexts)).kept).toHaveLength(3);
  });

  test('gives the same again, those that add the most first', () => {
    const random = new Random(7);
    const contexts = Array.from({ length: 200 }, () => ({
      items: Array.from({ length: random.below(4) }, () => ({ on: random.chance(0.3), n: random.below(90) })),
    }));
    const calls = callsOf('<p for="i in items" if="i.on && i.n > 40">{{ i.n }}</p>', contexts);
    const first = selectByCoverage(calls);
    expect(selectByCoverage(calls)).toMatchObject({ kept: first.kept, ranked: first.ranked });
    expect([...first.ranked].sort((a, b) => a - b)).toEqual(first.kept);
    expect(first.kept.length).toBeLessThan(12);
  });

  test('of nothing is nothing', () => {
    expect(selectByCoverage([]).kept).toEqual([]);
  });
});

test('selectDistinct keeps the first call of every way through a prompt', () => {
  const markup = '<poml><p if="a && b">AB</p><p for="x in xs">{{ x }}</p></poml>';
  const contexts = [
    { a: 1, b: 1, xs: [1] },
    { a: 1, b: 2, xs: [7] },
    { a: 1, b: 0, xs: [1] },
    { a: 0, b: 1, xs: [1] },
    { a: 1, b: 1, xs: [1, 2, 3] },
    { a: 1, b: 1, xs: [1, 2] },
  ];
  const { kept, insteadOf } = selectDistinct(callsOf(markup, contexts));
  expect(kept).toEqual([0, 2, 3, 4]);
  expect([insteadOf(1), insteadOf(5)]).toEqual([[0], [4]]);
});

/** In an order that depends on the generator alone, kind by kind in turn. */
function shuffledByKind<T extends { kind: string }>(all: readonly T[], random: Random): T[] {
  const kinds = new Map<string, T[]>();
  for (const each of all) {
    const same = kinds.get(each.kind) ?? [];
    kinds.set(each.kind, same);
    same.splice(random.below(same.length + 1), 0, each);
  }
  const longest = Math.max(...[...kinds.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, round) =>
    [...kinds.values()].flatMap((same) => same.slice(round, round + 1)),
  ).flat();
}

describe('the selection of a session of 120 calls', () => {
  test('detects every one of 50 seeded mutations that the session detects', async () => {
    const app = path.resolve(import.meta.dirname, '../../../fixtures/apps/eval-judge');
    const shop = await workshop(app, ['20261121054000356287']);
    onTestFinished(() => shop.remove());
    expect(shop.traces).toHaveLength(120);
    const { calls } = await coverTraces(shop.traces, { source: 'live' }, shop.tools, { values: true });
    const kept = selectByCoverage(calls).kept.map((index) => shop.traces[index]!);
    expect(kept.length).toBeLessThanOrEqual(12);

    const all = shop.files
      .filter((file) => !file.includes('judge_pair'))
      .flatMap((file) =>
        mutationsOf(readFileSync(file, 'utf8'), path.basename(file).startsWith('_')).map((mutation) => ({
          file,
          ...mutation,
        })),
      );
    const detected = new Map<string, number>();
    const missed: string[] = [];
    let count = 0;
    for (const { file, kind, label, text } of shuffledByKind(all, new Random(20260314))) {
      if (count === 50) break;
      if ((await shop.detects(file, text, shop.traces)) === undefined) continue;
      count++;
      detected.set(kind, (detected.get(kind) ?? 0) + 1);
      if ((await shop.detects(file, text, kept)) === undefined) missed.push(label);
    }
    expect(missed).toEqual([]);
    expect(count).toBe(50);
    expect([...detected.keys()].sort()).toEqual([
      'attribute',
      'condition',
      'expression',
      'include',
      'loop',
      'text',
    ]);
  }, 120_000);
});
