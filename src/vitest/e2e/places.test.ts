import { expect, test } from 'vitest';
import { config, desk, trace } from '../../e2e/desk.ts';
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
