import { expect, test } from 'vitest';
import { config, desk, trace } from '../../e2e/desk.ts';
import { VITEST_VERSION } from '../../e2e/install.ts';
import { createProject, type Files } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

const SESSIONS = "{ sessions: 'pomlruns/*' }";

/** Prints the frames of each failing test as Vitest's UI and editors get them. */
const FRAMES_REPORTER: Files = {
  'frames.mjs': `import path from 'node:path';
export default class {
  onTestCaseResult(test) {
    const result = test.result();
    if (result.state !== 'failed') return;
    for (const { stack = '' } of result.errors) {
      const frames = [...stack.matchAll(/^ +at (?:.*\\()?(.+?):(\\d+):\\d+\\)?$/gm)];
      console.log('FRAMES', test.name, frames.map(([, file, line]) => path.basename(file) + ':' + line).join(' '));
    }
  }
}
`,
};

test('a changed include is pointed at, in the terminal, on GitHub, in editors; what includes it is named', async () => {
  const project = createProject({
    ...desk(),
    ...FRAMES_REPORTER,
    'vitest.config.ts': config(SESSIONS, "{ reporters: ['default', 'github-actions', './frames.mjs'] }"),
    'prompts/_tone.poml': '<!-- how to speak -->\nbe kind.',
  });
  expect((await runVitest(project)).code).toBe(0);
  project.edit('prompts/_tone.poml', 'kind', 'brief');
  const { output } = await runVitest(project);
  expect(output).toContain('from prompts/_tone.poml:2:4, included by prompts/greet.poml:2');
  expect(output).toMatch(/❯ prompts\/_tone\.poml:2:\d+\n +1\| <!-- how to speak -->\n +2\| be brief\./);
  const annotations = output.split('\n').filter((line) => line.startsWith('::error'));
  expect(annotations).toHaveLength(2);
  for (const line of annotations) expect(line).toMatch(/^::error file=[^,]*prompts\/_tone\.poml,.*line=2/);
  const frames = output.split('\n').filter((line) => line.startsWith('FRAMES'));
  expect(frames[0]).toMatch(/^FRAMES 0001\.greet _tone\.poml:2 greet\.poml:2/);
});

test('a changed text file that a prompt reads is pointed at', async () => {
  const markup = '<poml>\n  <p>Rules:</p>\n  <include src="rules.txt"/>\n</poml>\n';
  const project = createProject({
    ...desk(),
    'prompts/rules.poml': markup,
    'prompts/rules.txt': 'First rule.\nSecond rule.\n',
  });
  const written = await runVitest(project, ['run', '--update']);
  expect(written.code).toBe(0);
  const text = 'Rules:\n\nFirst rule. Second rule.';
  const more = trace('0004.rules', markup, {}, text);
  for (const [file, content] of Object.entries(more)) project.write(file, content);
  await runVitest(project, ['run', '--update']);
  project.edit('prompts/rules.txt', 'Second rule', 'Another rule');
  const { output } = await runVitest(project, ['run', '--reporter=default', '--reporter=github-actions']);
  expect(output).toMatch(/✗ prompts\/rules\.txt:2 /);
  expect(output).toMatch(/❯ prompts\/rules\.txt:2:\d+\n +1\| First rule\.\n +2\| Another rule\./);
  expect(output).toMatch(/::error file=[^,]*prompts\/rules\.txt,.*line=2/);
});

test('a changed stylesheet is pointed at', async () => {
  const markup = `<poml>
  <stylesheet>
    { "list": { "listStyle": "star" } }
  </stylesheet>
  <list><item>one</item></list>
</poml>
`;
  const project = createProject({
    ...desk(),
    ...trace('0004.list', markup, {}, '* one'),
    'prompts/list.poml': markup,
  });
  expect((await runVitest(project)).code).toBe(0);
  project.edit('prompts/list.poml', '"star"', '"dash"');
  const { output } = await runVitest(project, ['run', '--reporter=default', '--reporter=github-actions']);
  expect(output).toMatch(/✗ prompts\/list\.poml:3 /);
  expect(output).toMatch(/❯ prompts\/list\.poml:3:\d+\n +1\| <poml>\n +2\| .*\n +3\| .*"dash"/);
  expect(output).toMatch(/::error file=[^,]*prompts\/list\.poml,.*line=3/);
});

/**
 * Prints what the extension of VS Code takes of an error: it lists `stacks`, puts the message at the first of them in the
 * test's own file (else at the test), shows `expected` beside `actual`, and every property that it does not know below.
 */
const EDITOR_REPORTER: Files = {
  'editor.mjs': `import path from 'node:path';
const KNOWN = ['name', 'message', 'stack', 'stacks', 'nameStr', 'stackStr', 'showDiff', 'diff', 'actual', 'expected', 'constructor', 'toString', 'VITEST_TEST_NAME', 'VITEST_TEST_PATH'];
export default class {
  onTestCaseResult(test) {
    for (const error of test.result().errors ?? []) {
      const { name, message, expected, actual, stacks } = error;
      const frames = stacks?.map(({ file, line, column, method }) => [path.relative(process.cwd(), file), line, typeof column, method]);
      const unknown = Object.getOwnPropertyNames(error).filter((key) => !KNOWN.includes(key));
      console.log('EDITOR ' + JSON.stringify({ test: test.name, name, message, expected, actual, frames, unknown }));
    }
  }
}
`,
};

test('an error has what VS Code looks for: the prompt in its frames, both sides, nothing to print below', async () => {
  const project = createProject({
    ...desk(),
    ...EDITOR_REPORTER,
    'own.test.ts': `import { expect, test } from 'vitest-poml';
test('mine', ({ trace }) => {
  expect(trace('pomlruns/20261121052042120390/0002.bye')).toRenderLike();
});
`,
    'vitest.config.ts': config(SESSIONS, "{ reporters: ['./editor.mjs'] }"),
  });
  project.edit('prompts/bye.poml', 'Goodbye', 'Farewell');
  project.write('pomlruns/20261121052042120390/0003.greet.context.json', '{');
  const { output } = await runVitest(project);
  const errors = output
    .split('\n')
    .filter((line) => line.startsWith('EDITOR '))
    .map((line) => JSON.parse(line.slice('EDITOR '.length)) as Record<string, unknown>);
  const of = (name: string) => errors.find(({ test }) => test === name);
  const prompt = ['prompts/bye.poml', 2, 'number', ''];
  const changed = {
    name: 'PromptError',
    message: expect.stringMatching(
      /^[^\n]+: The human message 1 changed\.\nrendered from prompts\/bye\.poml/,
    ),
    expected: expect.stringContaining('Goodbye Bob.'),
    actual: expect.stringContaining('Farewell Bob.'),
    unknown: [],
  };
  expect(of('0002.bye')).toMatchObject({ ...changed, frames: [prompt] });
  expect(of('mine')).toMatchObject({
    ...changed,
    // Vitest 3.2 reads the stack of an error only where it prints it.
    ...(!VITEST_VERSION.startsWith('3.') && {
      frames: [prompt, ['own.test.ts', 3, 'number', expect.anything()]],
    }),
  });
  expect(of('0003.greet')).toMatchObject({ name: 'PromptError', unknown: [] });
});
