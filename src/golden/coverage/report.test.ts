import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../../fixtures/golden/fakes.ts';
import { Coverage } from '../../poml/coverage/collector.ts';
import { renderSync } from '../../poml/index.ts';
import { diskFiles } from '../disk.ts';
import { missingCalls } from './missing.ts';
import { type CoveredText, coverageReport, onDisk } from './report.ts';

function textsOf({ files }: Coverage): CoveredText[] {
  return files.map(({ file, hits }) => ({ path: file.path, text: file.text, hits }));
}

function reportOf(markup: string, contexts: readonly Record<string, unknown>[]) {
  const coverage = new Coverage();
  for (const context of contexts) renderSync(markup, { context, coverage, strict: false });
  return coverageReport(textsOf(coverage)).files[0]!;
}

/** What to record for a prompt, as `line: words`. */
function missing(markup: string, ...contexts: Record<string, unknown>[]): string[] {
  return missingCalls(reportOf(markup, contexts)).map(({ line, when }) => `${line}: ${when}`);
}

test('says what to record in words, at its line', () => {
  const markup = [
    '<poml>',
    '<p if="{{ user.tier === \'gold\' }}">Gold</p>',
    '<p if="order.items.length > 0">Items</p>',
    '<p if="!order.items.length">None</p>',
    '<p if="order.paid">Paid</p>',
    '<p if="!order.paid">Not paid</p>',
    '<p for="item in order.items">{{ item.name || item.sku }}</p>',
    '<p>{{ order.note ?? "none" }} {{ user.age > 17 ? "adult" : "minor" }}</p>',
    '</poml>',
  ].join('\n');
  const context = {
    user: { tier: 'gold', age: 20 },
    order: { items: [{ name: 'a' }], paid: true, note: 'x' },
  };
  expect(missing(markup, context)).toEqual([
    "2: `user.tier === 'gold'` is false",
    '3: `order.items` is empty',
    '4: `order.items` is empty',
    '5: `order.paid` is not set (missing, null, false, 0 or an empty text)',
    '6: `order.paid` is not set (missing, null, false, 0 or an empty text)',
    '7: `order.items` is empty',
    '7: `order.items` has more than one item',
    '7: `item.name` is not set (missing, null, false, 0 or an empty text)',
    '8: `order.note` is null or missing',
    '8: `user.age > 17` is false',
  ]);
});

test('asks first for what stands around', () => {
  const markup = '<poml>\n<list if="a">\n<item if="b">x</item>\n<item for="c in cs">y</item>\n</list></poml>';
  expect(missing(markup, { a: false })).toEqual(['2: `a` is set']);
  expect(missing(markup, { a: false }, { a: true, b: true, cs: [] })).toEqual([
    '3: `b` is not set (missing, null, false, 0 or an empty text)',
    '4: `cs` has exactly one item',
    '4: `cs` has more than one item',
  ]);
});

test('does not ask for what cannot be', () => {
  const markup = [
    '<poml><let name="pair" value="swap ? [b, a] : [a, b]"/>',
    '<p for="x in pair">{{ x }}</p><p for="x in [1]">{{ x }}</p><p if="true">always</p>',
    '<list if="xs.length > 0 && a"><item for="x in xs">{{ x }}</item></list></poml>',
  ].join('\n');
  expect(missing(markup, { swap: true, a: 1, b: 2, xs: [1] }, { swap: false, a: 1, b: 2, xs: [] })).toEqual([
    '3: `xs` has more than one item',
  ]);
});

test('counts what was reached by kind', () => {
  const { tallies, calls } = reportOf('<poml><p if="a">{{ b || c }}</p><p for="x in xs">{{ x }}</p></poml>', [
    { a: 1, b: 1, xs: [1] },
    { a: 0, xs: [] },
  ]);
  expect(calls).toBe(2);
  expect(tallies).toEqual({
    elements: { covered: 3, total: 3 },
    branches: { covered: 3, total: 4 },
    loops: { covered: 2, total: 3 },
    includes: { covered: 0, total: 0 },
    expressions: { covered: 2, total: 2 },
    all: { covered: 10, total: 12 },
  });
});

test('knows what is given to a prompt, and what of it is read', () => {
  const { context } = reportOf(
    '<poml><let name="n" value="order.id"/><p if="vip">{{ order.items[0].sku }} {{ n }}</p></poml>',
    [
      { order: { items: [{ sku: 1 }] }, vip: 0, spare: 1 },
      { order: { items: [{ sku: 1 }] }, vip: 0 },
    ],
  );
  expect(context).toEqual({
    paths: [
      { path: 'order', calls: 2 },
      { path: 'order.id', calls: 2 },
      { path: 'order.items', calls: 0 },
      { path: 'order.items[0]', calls: 0 },
      { path: 'order.items[0].sku', calls: 0 },
      { path: 'vip', calls: 2 },
    ],
    unread: [{ name: 'spare', calls: 1 }],
  });
});

test('has the files that no call reached: includes, and prompts without calls', () => {
  const folder = folderWith({
    'a.poml': '<poml><include if="far" src="parts/_far.poml"/><include src="_near.poml"/></poml>',
    'b.poml': '<poml><include src="_near.poml"/><include src="gone.poml"/></poml>',
    '_near.poml': '<p>near</p>',
    'parts/_far.poml': '<poml><p>far</p></poml>',
  });
  const at = (name: string) => path.join(folder, name);
  const coverage = new Coverage();
  renderSync(diskFiles.read(at('a.poml'))!, { sourcePath: at('a.poml'), context: { far: false }, coverage });
  const prompts = ['a.poml', 'b.poml', '_near.poml', 'parts/_far.poml'].map(at);
  const report = coverageReport(textsOf(coverage), { prompts, read: diskFiles.read });
  const shown = report.files.map(({ path: file, included, calls, tallies }) => [
    path.relative(folder, file!).replaceAll('\\', '/'),
    included,
    calls,
    tallies.elements,
  ]);
  expect(shown).toEqual([
    ['_near.poml', true, 1, { covered: 1, total: 1 }],
    ['a.poml', false, 1, { covered: 1, total: 1 }],
    ['b.poml', false, 0, { covered: 0, total: 1 }],
    ['parts/_far.poml', true, 0, { covered: 0, total: 2 }],
  ]);
});

test('adds up what workers have counted, of files that are still the same', () => {
  const folder = folderWith({ 'a.poml': '<p if="x">a</p>', 'b.poml': '<p>b</p>' });
  const at = (name: string) => path.join(folder, name);
  const work = (x: boolean) => {
    const coverage = new Coverage();
    for (const name of ['a.poml', 'b.poml'])
      renderSync(diskFiles.read(at(name))!, { sourcePath: at(name), context: { x }, coverage });
    return structuredClone(coverage.hits);
  };
  const hits = [work(true), work(false), work(false)].flat();
  writeFileSync(at('b.poml'), '<p>changed</p>');
  const report = coverageReport(onDisk(hits, diskFiles.read));
  expect(report.files.map(({ path: file, calls }) => [path.basename(file!), calls])).toEqual([['a.poml', 3]]);
  expect(report.files[0]!.points.find(({ kind }) => kind === 'if')!.outcomes).toMatchObject([
    { name: 'true', calls: 1 },
    { name: 'false', calls: 2 },
  ]);
});
