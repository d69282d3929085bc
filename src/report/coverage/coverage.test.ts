import { expect, test } from 'vitest';
import { type CoverageReport, coverageReport } from '../../golden/coverage/index.ts';
import { Coverage } from '../../poml/coverage/collector.ts';
import { renderSync } from '../../poml/index.ts';
import { istanbulCoverage } from './istanbul.ts';
import { lcov } from './lcov.ts';
import { coverageModel, mergeCoverage } from './model.ts';
import { percent } from './percent.ts';
import { printCoverage } from './table.ts';

function reportOf(
  prompts: Record<string, string>,
  contexts: readonly Record<string, unknown>[],
): CoverageReport {
  const coverage = new Coverage();
  for (const [sourcePath, markup] of Object.entries(prompts)) {
    for (const context of contexts) renderSync(markup, { sourcePath, context, coverage, strict: false });
  }
  return coverageReport(coverage.files.map(({ file, hits }) => ({ path: file.path, text: file.text, hits })));
}

const MARKUP = [
  '<poml>',
  '  <p if="{{ gold }}">Hello {{ name || "you" }}</p>',
  '  <list>',
  '    <item for="x in xs">{{ x }}</item>',
  '  </list>',
  '</poml>',
].join('\n');
const CONTEXTS = [
  { gold: true, name: 'Ada', xs: [1, 2], unused: 1 },
  { gold: true, name: 'Bob', xs: [] },
];
const report = reportOf({ '/app/prompts/greet.poml': MARKUP }, CONTEXTS);

test('the table says how much is reached, and what to record for the rest', () => {
  expect(printCoverage(coverageModel(report), { root: '/app' })).toMatchInlineSnapshot(`
    [
      "POML coverage: 76.9% by 2 calls of 1 prompt",
      "",
      "  prompt                calls  elements  branches    loops  includes  expressions  context      all",
      "  prompts/greet.poml        2       4/4       2/4      2/3         -          2/2      4/4    76.9%",
      "",
      "To exercise more, record a call in which",
      "  prompts/greet.poml:2:10  \`gold\` is not set (missing, null, false, 0 or an empty text)",
      "  prompts/greet.poml:2:31  \`name\` is not set (missing, null, false, 0 or an empty text)",
      "  prompts/greet.poml:4:16  \`xs\` has exactly one item",
      "",
      "Given to a prompt and read by no expression of it",
      "    prompts/greet.poml: unused",
    ]
  `);
  expect(printCoverage(coverageModel(coverageReport([])))).toEqual([]);
});

test('a hostile prompt stays text', () => {
  const hostile = reportOf(
    { '/app/\u001b[2J\n::error::x.poml': '<p if="a === \'\u001b[31m\n::set-output\'">x</p>' },
    [{ a: 1, '\u001b]8;;http://x\u0007key': 1 }],
  );
  const text = printCoverage(coverageModel(hostile), { root: '/app' }).join('\n');
  expect(text).not.toContain('\u001b');
  expect(text.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
  expect(
    lcov(hostile, '/app')
      .split('\n')
      .filter((line) => line.startsWith('SF:')),
  ).toHaveLength(1);
});

test('a long report is cut, and says so', () => {
  const many = Object.fromEntries(
    Array.from({ length: 80 }, (_, i) => [`/app/p${i}.poml`, `<poml><p if="a${i}">x</p></poml>`]),
  );
  const context = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`a${i}`, false]));
  const lines = printCoverage(coverageModel(reportOf(many, [context])), { root: '/app' });
  expect(lines.length).toBeLessThan(60);
  expect(lines.filter((line) => line.includes('…'))).toEqual([
    '  … 64 more files',
    '  … and 68 more',
    '    … and 74 more prompts',
  ]);
});

test('nothing but all is 100 percent', () => {
  expect(percent({ covered: 0, total: 0 })).toBe(100);
  expect(percent({ covered: 9999, total: 10000 })).toBe(99.9);
  expect(percent({ covered: 1, total: 10000 })).toBe(0.1);
  expect(percent({ covered: 8999, total: 10000 })).toBe(89.9);
});

test('for Istanbul elements are statements, and what has outcomes branches', () => {
  const file = istanbulCoverage(report)['/app/prompts/greet.poml']!;
  expect(
    Object.values(file.statementMap).map(({ start, end }) => [start.line, start.column, end.column]),
  ).toEqual([
    [1, 0, 6],
    [2, 2, 21],
    [3, 2, 8],
    [4, 4, 24],
  ]);
  expect(Object.values(file.s)).toEqual([2, 2, 2, 1]);
  expect(Object.values(file.branchMap).map(({ type, line }) => [type, line])).toEqual([
    ['if', 2],
    ['binary-expr', 2],
    ['loop', 4],
  ]);
  expect(Object.values(file.b)).toEqual([
    [2, 0],
    [2, 0],
    [1, 0, 1],
  ]);
});

test('lcov has lines and branches', () => {
  expect(lcov(report, '/app')).toBe(
    [
      'TN:',
      'SF:prompts/greet.poml',
      'DA:1,2',
      'DA:2,2',
      'DA:3,2',
      'DA:4,1',
      'LF:4',
      'LH:4',
      'BRDA:2,0,0,2',
      'BRDA:2,0,1,0',
      'BRDA:2,1,0,2',
      'BRDA:2,1,1,0',
      'BRDA:4,2,0,1',
      'BRDA:4,2,1,0',
      'BRDA:4,2,2,1',
      'BRF:7',
      'BRH:4',
      'end_of_record',
      '',
    ].join('\n'),
  );
});

test('the JSON is plain data with everything in it', () => {
  const json = coverageModel(report);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json.files[0]!.points.find(({ kind }) => kind === 'for')).toEqual({
    id: `for:${MARKUP.indexOf('x in')}-${MARKUP.indexOf('">{{ x }}')}`,
    kind: 'for',
    text: 'xs',
    line: 4,
    column: 16,
    start: MARKUP.indexOf('x in'),
    within: `element:${MARKUP.indexOf('<list')}-${MARKUP.indexOf('</list>') + 7}`,
    end: MARKUP.indexOf('">{{ x }}'),
    outcomes: [
      { name: 'none', calls: 1 },
      { name: 'one', calls: 0 },
      { name: 'more', calls: 1 },
    ],
  });
});

test('the coverage of several runs adds up', () => {
  const parts = CONTEXTS.map((context) =>
    coverageModel(reportOf({ '/app/prompts/greet.poml': MARKUP }, [context])),
  );
  expect(mergeCoverage(parts)).toEqual(coverageModel(report));
  const other = coverageModel(reportOf({ '/app/prompts/greet.poml': '<p>Hi</p>' }, [{}]));
  expect(mergeCoverage([...parts, other])!.files.map(({ calls }) => calls)).toEqual([2, 1]);
  expect(mergeCoverage([])).toBeUndefined();
});
