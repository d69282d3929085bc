import { expect, test } from 'vitest';
import { config, desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Files } from '../../e2e/project.ts';
import { type Result, runVitest } from '../../e2e/run.ts';

test('matchers pass and fail as they say', async () => {
  const { tests, result } = await runTests({
    'vitest.config.ts': config("{ sourceRoots: { '/srv/desk': '.' } }"),
    'own.test.ts': `
import { expect, loadTrace, test } from 'vitest-poml';
const call = { prompt: 'prompts/greet.poml', context: { name: 'Ann' } };
const golden = '${SESSION}/0001.greet';

test('like: a trace', () => { expect(loadTrace(golden)).toRenderLike(); });
test('like: a call and a path', async () => { await expect(call).toRenderLike(golden); });
test('like: a call and a trace', () => { expect(call).toRenderLike(loadTrace(golden)); });
test('like: another context fails', () => { expect({ ...call, context: { name: 'Bo' } }).toRenderLike(golden); });
test('like: markup', () => { expect({ prompt: '<p>Goodbye {{ name }}.</p>', context: { name: 'Bob' } }).toRenderLike('${SESSION}/0002.bye'); });
test('not: another context', () => { expect({ ...call, context: { name: 'Bo' } }).not.toRenderLike(golden); });
test('not: the same fails', async () => { await expect(call).not.toRenderLike(golden); });
test('not: without a golden fails', () => { expect(call).not.toRenderLike(); });
test('text', () => { expect(call).toRenderText('Hello Ann, be kind.'); expect(call).toRenderText(/^Hello/m); expect(call).not.toRenderText('Hello'); });
test('text fails', () => { expect(call).toRenderText('Hello'); });
test('messages', () => { expect(call).toRenderMessages([{ speaker: 'human', content: expect.stringContaining('Ann') }]); });
test('messages fails', () => { expect(call).toRenderMessages([{ speaker: 'system', content: expect.stringContaining('Ann') }]); });
test('within', async () => { expect(call).toRenderWithin({ characters: 100, messages: 1 }); await expect(call).toRenderWithin({ tokens: 1000 }); });
test('within fails', async () => { await expect(call).toRenderWithin({ characters: 10 }); });
test('failure', () => { expect({ prompt: '<p>{{ missing.name }}</p>' }).toFailToRender(); expect(call).not.toFailToRender(); });
test('failure fails', () => { expect(call).toFailToRender(); });
test('resolves', async () => { await expect(Promise.resolve(loadTrace(golden))).resolves.toRenderLike(); });
test('soft goes on and fails', async () => {
  await expect.soft({ ...call, context: { name: 'Bo' } }).toRenderLike(golden);
  await expect.soft({ ...call, context: { name: 'Cy' } }).toRenderLike(golden);
  expect.soft(call).toRenderText('x');
});
test('nothing of a prompt fails', () => { expect(42).toRenderLike(); });
test('fixtures', async ({ trace, session, render }) => {
  expect(session('${SESSION}').traces).toHaveLength(3);
  expect(trace(golden).id).toBe('0001.greet');
  expect(String(await render('prompts/bye.poml', { name: 'Di' }))).toContain('Goodbye Di.');
});
`,
  });
  const wrong = [...tests].filter(
    ([name, { status }]) => status !== (/fails/.test(name) ? 'failed' : 'passed'),
  );
  expect(wrong.map(([name, { status, message }]) => `${name}: ${status} ${message}`)).toEqual([]);
  expect(tests.size).toBe(20);
  const message = (name: string) => tests.get(name)?.message ?? '';
  expect(message('like: another context fails')).toContain('The human message 1 changed.');
  expect(message('not: the same fails')).toContain('renders like its golden, and should not');
  expect(message('not: without a golden fails')).toContain('give it a golden');
  expect(result.output).toMatch(/- Hello\n.*\n?\+ Hello Ann, be kind\./);
  expect(message('within fails')).toMatch(/characters \(limit 10, \d+ over\)/);
  expect(message('nothing of a prompt fails')).toContain('Expected a trace, a call');
  expect(tests.get('soft goes on and fails')?.messages).toHaveLength(3);
  expect(result.code).toBe(1);
});

test('a forgotten await fails the test that forgot it', async () => {
  const { tests, result } = await runTests({
    'vitest.config.ts': config('{}'),
    'own.test.ts': `
import { expect, test } from 'vitest';
const call = { prompt: 'prompts/bye.poml', context: { name: 'Ann' } };
test('forgets and fails', () => { expect(call).toRenderWithin({ tokens: 1 }); });
test('forgets and passes', () => { expect(call).toRenderWithin({ tokens: 1000 }); });
test('forgets a soft one and fails', () => { expect.soft(call).toRenderWithin({ tokens: 1 }); });
test('waits and fails', async () => { await expect(call).toRenderWithin({ tokens: 1 }); });
test('passes', () => {});
`,
  });
  expect(statuses(tests)).toEqual({
    'forgets and fails': 'failed',
    'forgets and passes': 'passed',
    'forgets a soft one and fails': 'failed',
    'waits and fails': 'failed',
    passes: 'passed',
  });
  expect(tests.get('forgets and fails')?.message).toMatch(/own\.test\.ts:4:/);
  expect(result.output).not.toMatch(/Unhandled/);
});

test('concurrent tests keep their goldens and counts apart, retries start again', async () => {
  const files: Files = {
    'vitest.config.ts': config('{}'),
    'own.test.ts': `
import { describe, expect, test } from 'vitest';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const call = (name) => ({ prompt: 'prompts/bye.poml', context: { name } });
describe.concurrent('together', () => {
  for (const [name, ms] of [['one', 60], ['two', 30], ['three', 0]]) {
    test(name, async ({ expect: own }) => {
      await sleep(ms);
      await own(call(name)).toRenderLike();
      await sleep(ms);
      await own(call(name + '!')).toRenderLike();
    });
  }
});
let tries = 0;
test('again', { retry: 2 }, () => {
  expect(call('again')).toRenderLike();
  tries++;
  expect(tries).toBe(3);
});
`,
  };
  const { project, result } = await runTests(files);
  const texts = [...project.snapshot('__goldens__')].filter(([file]) => file.endsWith('.result.txt'));
  expect(
    texts
      .map(
        ([file, text]) =>
          `${file.replace(/^.*\/(\d+\.[a-z-]*?)(?:-[0-9a-f]{8})?\.result\.txt$/, '$1')} ${text.split('\n').at(-1)}`,
      )
      .sort(),
  ).toEqual([
    '0001.again Goodbye again.',
    '0001.together-one Goodbye one.',
    '0001.together-three Goodbye three.',
    '0001.together-two Goodbye two.',
    '0002.together-one Goodbye one!.',
    '0002.together-three Goodbye three!.',
    '0002.together-two Goodbye two!.',
  ]);
  expect(result.code).toBe(0);
  const again = await runVitest(project, ['run'], { CI: '1' });
  expect(again.code).toBe(0);
});

test('matchers that stand in another module work too, also in a worker that is used again', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config('{}'),
    'helper.ts': `
import { expect } from 'vitest';
export const check = (name, text) => expect({ prompt: 'prompts/bye.poml', context: { name } }).toRenderText(text);
`,
    ...Object.fromEntries(
      ['a', 'b'].map((name) => [
        `${name}.test.ts`,
        `import { test } from 'vitest';
import { check } from './helper.ts';
test('forgets and passes', () => { check('Al', 'Goodbye Al.'); });
test('forgets and fails', () => { check('Al', 'Goodbye Bo.'); });
test('waits and fails', async () => { await check('Al', 'Goodbye Bo.'); });
`,
      ]),
    ),
  });
  for (const args of [[], ['--pool=threads', '--no-isolate', '--no-file-parallelism']]) {
    const { output } = await runVitest(project, ['run', ...args]);
    expect(output).toMatch(/Tests +4 failed \| 2 passed \(6\)/);
    expect(output).toMatch(/❯ check helper\.ts:3:/);
    expect(output).not.toMatch(/Unhandled/);
  }
});

test('goldenSuite runs sessions from a test file', async () => {
  const { tests, result } = await runTests({
    'vitest.config.ts': config('{}'),
    'own.test.ts': `
import { goldenSuite } from 'vitest-poml';
goldenSuite('pomlruns/*', { filter: (trace) => trace.name === 'greet' });
`,
  });
  expect(statuses(tests)).toEqual({ '0001.greet': 'passed', '0003.greet': 'passed' });
  expect(result.code).toBe(0);
});

test('a suite over nothing is an error that names the glob', async () => {
  const { result } = await runTests({
    'vitest.config.ts': config('{}'),
    'own.test.ts': "import { goldenSuite } from 'vitest-poml';\ngoldenSuite('runs/*');\n",
  });
  expect(result.output).toContain('nothing matches "runs/*"');
  expect(result.code).toBe(1);
});

interface TestResult {
  status: string;
  message: string;
  messages: string[];
}

/** Runs test files and gives what became of each test, by its title. */
async function runTests(
  files: Files,
): Promise<{ tests: Map<string, TestResult>; project: ReturnType<typeof createProject>; result: Result }> {
  const project = createProject({ ...desk(), ...files });
  const result = await runVitest(project, [
    'run',
    '--reporter=json',
    '--outputFile=report.json',
    '--reporter=default',
  ]);
  const report = JSON.parse(project.read('report.json')) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  const tests = new Map<string, TestResult>();
  for (const { title, status, failureMessages } of report.testResults.flatMap(
    ({ assertionResults }) => assertionResults,
  )) {
    tests.set(title, { status, message: failureMessages.join('\n'), messages: failureMessages });
  }
  return { tests, project, result };
}

function statuses(tests: ReadonlyMap<string, TestResult>): Record<string, string> {
  return Object.fromEntries(Array.from(tests, ([name, { status }]) => [name, status]));
}
