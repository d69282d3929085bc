import { expect, test } from 'vitest';
import { config, desk, ORDER, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';
import { renderSync } from '../../poml/index.ts';
import type { IstanbulFile } from '../../report/coverage/index.ts';

/** A project whose test reaches half of its code, and whose calls reach a part of their prompts. */
function shop(): Project {
  const context = { vip: true, lines: [{ name: 'tea' }, { name: 'milk' }] };
  return createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*', coverage: true }",
      "{ include: ['*.test.js'], coverage: { provider: 'v8', include: ['*.js'], reporter: ['text', 'json', 'lcov'] } }",
    ),
    'code.js': 'export const sign = (n) => (n < 0 ? -1 : 1);\n',
    'code.test.js': `import { expect, test } from 'vitest';
import { sign } from './code.js';
test('sign', () => expect(sign(2)).toBe(1));
`,
    'prompts/order.poml': ORDER,
    ...trace('0004.order', ORDER, context, 'Dear guest,\n\n- tea\n- milk'),
  });
}

const order = (project: Project) =>
  (JSON.parse(project.read('coverage/coverage-final.json')) as Record<string, IstanbulFile>)[
    project.path('prompts/order.poml')
  ];

test('the report of a run says what the calls exercise', async () => {
  const { stdout, code } = await runVitest(shop());
  expect(stdout).toMatch(/POML coverage: \d+(\.\d)?% by 4 calls of 3 prompts, 1 include/);
  expect(stdout).toMatch(/prompts\/order\.poml +1 +4\/4 +1\/2 +1\/3 +- +1\/1 +4\/4 +70%/);
  expect(stdout).toContain('prompts/order.poml:4:16  `lines` is empty');
  expect(code).toBe(0);
});

test('prompts have rows in the coverage of Vitest', async () => {
  const project = shop();
  const { output, code } = await runVitest(project, ['run', '--coverage']);
  expect(output).toMatch(/ order\.poml +\| +100 \| +40 \| +100 \| +100 \|/);
  expect(output).toMatch(/ code\.js +\| /);
  expect(order(project)).toMatchObject({ b: { 'if:16-25': [1, 0], 'for:67-80': [0, 0, 1] } });
  expect(project.read('coverage/lcov.info')).toMatch(/SF:prompts[\\/]order\.poml/);
  expect(code).toBe(0);
});

test('prompts count for the thresholds of Vitest', async () => {
  const project = shop();
  const args = ['run', '--coverage', '--coverage.thresholds.branches=60'];
  const low = await runVitest(project, args);
  expect(low.output).toMatch(/Coverage for branches \(.*%\) does not meet global threshold \(60%\)/);
  expect(low.code).toBe(1);
  const contexts = [
    { vip: false, lines: [] },
    { vip: false, lines: [{ name: 'tea' }] },
  ];
  for (const [index, context] of contexts.entries()) {
    const prompt = renderSync(ORDER, { context });
    const files = {
      ...trace(`000${index + 5}.order`, ORDER, context, ''),
      [`${SESSION}/000${index + 5}.order.result.json`]: JSON.stringify(prompt, null, 2),
      [`${SESSION}/000${index + 5}.order.result.txt`]: String(prompt),
    };
    for (const [file, content] of Object.entries(files)) project.write(file, content);
  }
  const { output, code } = await runVitest(project, args);
  expect(output).not.toContain('does not meet');
  expect(code).toBe(0);
});

test('shards add up when their reports are merged', async () => {
  const project = shop();
  for (const shard of ['1/2', '2/2'])
    await runVitest(project, ['run', '--coverage', '--reporter=blob', `--shard=${shard}`]);
  const { stdout } = await runVitest(project, ['run', '--coverage', '--merge-reports']);
  expect(stdout).toMatch(/POML coverage: \d+(\.\d)?% by 4 calls of 3 prompts, 1 include/);
  expect(order(project)).toMatchObject({ b: { 'if:16-25': [1, 0] } });
});

test('a gate asks for a percentage, and takes note of coverage by itself', async () => {
  const project = shop();
  project.edit('vitest.config.ts', 'coverage: true', 'gates: { minCoverage: 90 }');
  const { stdout, code } = await runVitest(project);
  expect(stdout).toContain('POML coverage: 82.3% by 4 calls');
  expect(stdout).toContain(
    'minCoverage 90: 82.3% of the prompts are covered, 7.7 points too few; least of order, 70%',
  );
  expect(code).toBe(1);
  // Of chosen tests nothing can be concluded.
  for (const chosen of [['pomlruns'], ['-t', 'order']]) {
    const some = await runVitest(project, ['run', ...chosen]);
    expect(some.stdout).not.toContain('gate minCoverage');
    expect(some.code).toBe(0);
  }
});

test('nothing is counted unless asked for', async () => {
  const project = shop();
  project.edit('vitest.config.ts', ', coverage: true }', ' }');
  const { stdout } = await runVitest(project, ['run', '--coverage']);
  expect(stdout).not.toContain('POML coverage');
  expect(order(project)).toBeUndefined();
});
