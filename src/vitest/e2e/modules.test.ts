import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { config, desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Files } from '../../e2e/project.ts';
import { runProgram, runVitest } from '../../e2e/run.ts';

const IMPORTS: Files = {
  'vitest.config.ts': config("{ sessions: 'pomlruns/*' }"),
  'src/greet.test.ts': `
import { expect, test } from 'vitest';
import greet, { markup, path, render } from '../prompts/greet.poml';
test('greets', async () => {
  const prompt = await greet.render({ name: 'Al' });
  expect(prompt.messages).toEqual([{ speaker: 'human', content: 'Hello Al, be kind.' }]);
  expect(String(await render({ name: 'Al' }, { chat: false }))).toBe('Hello Al, be kind.');
  expect(path).toBe(greet.path);
  expect(path).toMatch(/prompts.greet\\.poml$/);
  expect(markup).toContain('Hello {{ name }}');
  expect({ prompt: greet, context: { name: 'Ann' } }).toRenderLike('${SESSION}/0001.greet');
});
`,
  'src/other.test.ts': "import { expect, test } from 'vitest';\ntest('other', () => expect(1).toBe(1));\n",
};

test('a .poml file can be imported', async () => {
  const { code, output } = await runVitest(createProject({ ...desk(), ...IMPORTS }), ['run', 'src']);
  expect(output).toMatch(/Tests +2 passed \(2\)/);
  expect(code).toBe(0);
});

test('`related` finds the tests and sessions of a prompt and of what it includes', async () => {
  const project = createProject({ ...desk(), ...IMPORTS });
  for (const file of ['prompts/greet.poml', 'prompts/_tone.poml']) {
    const { output } = await runVitest(project, ['related', file, '--run']);
    expect(output).toMatch(/Test Files +2 passed \(2\)/);
    expect(output).toContain(SESSION);
    expect(output).toContain('src/greet.test.ts');
  }
  const bye = await runVitest(project, ['related', 'prompts/bye.poml', '--run']);
  expect(bye.output).toMatch(/Test Files +1 passed \(1\)/);
  const data = await runVitest(project, ['related', `${SESSION}/0002.bye.result.json`, '--run']);
  expect(data.output).toMatch(/Test Files +1 passed \(1\)/);
});

test('`--changed` follows an include too', async () => {
  const project = createProject({ ...desk(), ...IMPORTS, '.gitignore': 'node_modules\n' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: project.dir,
      stdio: 'pipe',
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'a');
  project.write('prompts/_tone.poml', 'be brief.');
  const { output, code } = await runVitest(project, ['run', '--changed']);
  expect(output).toMatch(/Test Files +2 failed \(2\)/);
  expect(output).not.toContain('src/other.test.ts');
  expect(code).toBe(1);
});

test('a second run sees an include that has changed since the first', async () => {
  const project = createProject({ ...desk(), ...IMPORTS });
  expect((await runVitest(project)).code).toBe(0);
  project.write('prompts/_tone.poml', 'be brief.');
  const { output } = await runVitest(project);
  expect(output).toMatch(/Test Files +2 failed \| 1 passed \(3\)/);
});

const TYPED = `
import { expect as vitestExpect } from 'vitest';
import { expect, goldenSuite, loadSessions, loadTrace, test, type Trace } from 'vitest-poml';
import greet, { markup, path, render } from '../prompts/greet.poml';

goldenSuite('pomlruns/*', { source: 'recorded', filter: (trace: Trace) => trace.index > 1 });

test('typed', async ({ expect: own, trace, session, render: renderPrompt }) => {
  await expect(trace('a')).toRenderLike();
  await expect(trace('a')).not.toRenderLike('b', { source: 'live', now: new Date() });
  await expect.soft(greet).toRenderText(/a/);
  await expect(Promise.resolve(loadTrace('a'))).resolves.toRenderWithin({ tokens: 5, characters: 6, messages: 7 });
  await vitestExpect({ prompt: greet, context: { a: 1 } }).toFailToRender('x');
  own(await renderPrompt('a.poml', {})).toRenderMessages([{ speaker: 'human', content: vitestExpect.stringContaining('a') }]);
  const prompt = await greet.render({ name: 'a' }, { chat: false });
  const text: string = path + markup + String(prompt) + session('a').dir + loadSessions('a').length;
  await render();
  // @ts-expect-error there is no such limit
  await expect(text).toRenderWithin({ words: 3 });
  // @ts-expect-error a number is no text
  await expect(text).toRenderText(3);
});
`;

test.each([true, false])('types hold for a test file, with skipLibCheck %s', async (skipLibCheck) => {
  const project = createProject({
    ...desk(),
    'src/typed.test.ts': TYPED,
    'src/config.ts':
      "import { poml, type PomlOptions } from 'vitest-poml/plugin';\nimport { defineConfig } from 'vitest/config';\nexport const options: PomlOptions = { sessions: ['a'], source: 'live', now: 5 };\nexport default defineConfig({ plugins: [poml(options)] });\n// @ts-expect-error unknown option\npoml({ sesions: 'a' });\n",
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        module: 'nodenext',
        target: 'es2023',
        noEmit: true,
        skipLibCheck,
        types: ['node'],
      },
      include: ['src'],
    }),
  });
  const { code, output } = await runProgram(project, 'typescript/bin/tsc', ['-p', '.']);
  // Libraries that are at odds with each other are not ours to mend.
  const ours = output
    .split('\n')
    .filter((line) => /error TS/.test(line) && /^(?:src|prompts)\/|vitest-poml\//.test(line));
  expect(ours).toEqual([]);
  if (skipLibCheck) expect({ code, output: output.trim() }).toEqual({ code: 0, output: '' });
});

test('types are there for a project that imports only vitest', async () => {
  const project = createProject({
    ...desk(),
    'src/plain.test.ts':
      "import { expect, test } from 'vitest';\nimport greet from '../prompts/greet.poml';\ntest('a', async () => { await expect(greet).toRenderText('x'); });\n",
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        module: 'nodenext',
        target: 'es2023',
        noEmit: true,
        skipLibCheck: true,
        types: ['node', 'vitest-poml/poml-module'],
      },
      include: ['src'],
    }),
  });
  const { code, output } = await runProgram(project, 'typescript/bin/tsc', ['-p', '.']);
  expect({ code, output: output.trim() }).toEqual({ code: 0, output: '' });
});
