import { expect, test } from 'vitest';
import { config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

test('a session runs green without a test file, and nothing is written', async () => {
  const project = createProject(desk());
  const before = project.snapshot();
  const { code, output } = await runVitest(project);
  expect(output).toContain(`✓ ${SESSION} (3 tests)`);
  expect(output).toMatch(/Tests +3 passed \(3\)/);
  expect(output).toMatch(/POML: 3 traces of 2 prompts, from 1 session/);
  expect(code).toBe(0);
  expect(project.snapshot()).toEqual(before);
});

test('one changed word makes exactly the traces of its prompt red and names the prompt', async () => {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const before = project.snapshot();
  const { code, output, stdout } = await runVitest(project, ['run', '--no-color']);
  expect(failed(output)).toEqual(['0001.greet', '0003.greet']);
  expect(output).toMatch(/Snapshots +2 failed/);
  expect(output).toMatch(/Tests +2 failed \| 1 passed \(3\)/);
  expect(output).toContain('❯ prompts/greet.poml:2:6');
  expect(output).toMatch(/>? *2\| +<p>Hi \{\{ name \}\}/);
  expect(output).toMatch(/- Hello Ann, be kind\./);
  expect(output).toMatch(/\+ Hi Ann, be kind\./);
  expect(output).toContain('npx vitest run --update');
  expect(stdout).toMatch(/prompts\/greet\.poml +2 +2 +0 +✗ 2 changed/);
  expect(output).not.toMatch(/node_modules\/vitest-poml/);
  expect(code).toBe(1);
  expect(project.snapshot()).toEqual(before);
});

test('a changed include makes the traces of the prompts that use it red', async () => {
  const project = createProject(desk());
  project.write('prompts/_tone.poml', 'be brief.');
  const { code, output } = await runVitest(project);
  expect(failed(output)).toEqual(['0001.greet', '0003.greet']);
  expect(output).toContain('prompts/_tone.poml:1:');
  expect(code).toBe(1);
});

test('sessions are listed, filtered by name and by path', async () => {
  const project = createProject({
    ...desk(),
    ...trace(
      '0001.greet',
      desk()['prompts/greet.poml'] ?? '',
      { name: 'Di' },
      'Hello Di, be kind.',
      'shop/pomlruns/20261121052042120391',
    ),
    'vitest.config.ts': config("{ sessions: ['pomlruns/*', 'shop/pomlruns/*'] }"),
  });
  const all = await runVitest(project, ['list']);
  expect(all.stdout.match(/> \d{4}\.\w+$/gm)?.sort()).toEqual([
    '> 0001.greet',
    '> 0001.greet',
    '> 0002.bye',
    '> 0003.greet',
  ]);
  expect(all.stdout).toContain('shop > 0001.greet');
  expect(all.code).toBe(0);
  const files = await runVitest(project, ['list', '--filesOnly']);
  expect(files.stdout.trim().split('\n').sort()).toEqual([
    `${SESSION}/0001.greet.poml`,
    'shop/pomlruns/20261121052042120391/0001.greet.poml',
  ]);
  const named = await runVitest(project, ['run', '-t', '0002.bye']);
  expect(named.output).toMatch(/Tests +1 passed \| 3 skipped \(4\)/);
  const filtered = await runVitest(project, ['run', 'shop']);
  expect(filtered.output).toMatch(/Tests +1 passed \(1\)/);
  expect(filtered.output).toMatch(/POML: 1 trace of 1 prompt, from 1 session/);
});

test('a broken trace fails with the name of its file, and the others run', async () => {
  const project = createProject(desk());
  project.write(`${SESSION}/0001.greet.context.json`, '{ "name": "An');
  project.write(`${SESSION}/0002.bye.result.json`, '{ "messages": [');
  const before = project.snapshot();
  const { code, output } = await runVitest(project);
  expect(failed(output)).toEqual(['0001.greet', '0002.bye']);
  expect(output).toMatch(/0001\.greet\.context\.json.*JSON/);
  expect(output).toMatch(/0002\.bye\.result\.json.*JSON/);
  expect(output).toMatch(/Tests +2 failed \| 1 passed \(3\)/);
  expect(code).toBe(1);
  expect(project.snapshot()).toEqual(before);
});

test('runs beside the tests, setup files and reporters of the user', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*' }",
      "{ include: ['src/**/*.check.ts'], setupFiles: ['./setup.ts'], reporters: ['dot', './mine.ts'] }",
    ),
    'setup.ts':
      "import { expect } from 'vitest';\nif (!('toRenderLike' in expect)) throw new Error('no matchers yet');\nglobalThis.ready = true;\n",
    'mine.ts': "export default class { onTestRunEnd(modules) { console.log('MINE ' + modules.length); } }\n",
    'src/own.check.ts':
      "import { expect, test } from 'vitest';\ntest('own', () => expect(globalThis.ready).toBe(true));\n",
    'src/other.test.ts': "throw new Error('not included');\n",
  });
  const { code, output } = await runVitest(project);
  expect(output).toMatch(/Tests +4 passed \(4\)/);
  expect(output).toContain('MINE 2');
  expect(output).toMatch(/POML: 3 traces/);
  expect(code).toBe(0);
});

test.each([
  ['that extend the root', 'extends: true, '],
  ['that stand alone', ''],
])('with projects %s the sessions run once, in a project of their own', async (_, extending) => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*' }",
      `{ projects: [{ ${extending}test: { name: 'one', include: ['one/*.test.ts'] } }, { ${extending}test: { name: 'two', include: ['two/*.test.ts'] } }] }`,
    ),
    'one/a.test.ts': `import { expect, test } from 'vitest';\ntest('a', () => ${
      // A project that stands alone in Vitest 3 and 4 has no plugin.
      extending
        ? "expect({ prompt: 'prompts/bye.poml', context: { name: 'Di' } }).toRenderText('Goodbye Di.')"
        : 'expect(1).toBe(1)'
    });\n`,
    'two/b.test.ts': "import { expect, test } from 'vitest';\ntest('b', () => expect(1).toBe(1));\n",
  });
  const { code, output } = await runVitest(project, ['run', '--reporter=verbose']);
  expect(output).toMatch(/Tests +5 passed \(5\)/);
  expect(output.match(/POML: 3 traces/g)).toHaveLength(1);
  expect(output).toMatch(/✓.*prompts.*0002\.bye/);
  expect(code).toBe(0);
  const only = await runVitest(project, ['run', '--project=prompts']);
  expect(only.output).toMatch(/Tests +3 passed \(3\)/);
});

test.each([[['--pool=threads', '--no-isolate']], [['--pool=vmThreads']], [['--pool=forks', '--no-isolate']]])(
  'runs with %j',
  async (args) => {
    const project = createProject({
      ...desk(),
      ...trace(
        '0001.bye',
        desk()['prompts/bye.poml'] ?? '',
        { name: 'Di' },
        'Goodbye Di.',
        'pomlruns/20261121052042120391',
      ),
    });
    project.edit('prompts/greet.poml', 'Hello', 'Hi');
    const { code, output } = await runVitest(project, ['run', ...args]);
    expect(failed(output)).toEqual(['0001.greet', '0003.greet']);
    expect(output).toMatch(/Tests +2 failed \| 2 passed \(4\)/);
    expect(code).toBe(1);
  },
);

test('shards report into one summary when they are merged', async () => {
  const project = createProject({
    ...desk(),
    ...trace(
      '0001.bye',
      desk()['prompts/bye.poml'] ?? '',
      { name: 'Di' },
      'Goodbye Di.',
      'pomlruns/20261121052042120391',
    ),
  });
  for (const shard of ['1/2', '2/2']) {
    const { code, output } = await runVitest(project, ['run', '--reporter=blob', `--shard=${shard}`]);
    expect(output).not.toContain('POML:');
    expect(code).toBe(0);
  }
  const { code, output } = await runVitest(project, ['--merge-reports']);
  expect(output.match(/POML: 4 traces of 2 prompts, from 2 sessions/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('output that a program reads stays free of the report', async () => {
  const { stdout, code } = await runVitest(createProject(desk()), ['run', '--reporter=tap-flat']);
  expect(stdout).toMatch(/^TAP version 13\n1\.\.3\n(?:ok .*\n){3}$/);
  expect(code).toBe(0);
});

/** The traces whose failures are printed, sorted. */
function failed(output: string): string[] {
  return [...output.matchAll(/^ *FAIL .*> (\S+)$/gm)].map((match) => match[1] ?? '').sort();
}
