import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { config, desk, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';
import { HOSTILE } from '../../report/testing/hostile.ts';

const REPORTS = "reports: ['terminal', 'github', 'html', 'markdown', 'junit', 'sarif', 'json']";
const MARKUP = '<poml>\n  <p whiteSpace="pre">Say: {{ text }}</p>\n</poml>\n';
/** What XML and JSON files of a trace cannot hold is left out; a lone surrogate does not survive UTF-8. */
const TEXT = HOSTILE.replace(/[\ud800-\udfff]/g, '');

test('nothing of a hostile prompt leaves its place in a real run: no command, no control character', async () => {
  const project = createProject({
    ...desk(),
    ...trace('0004.say', MARKUP, { text: TEXT }, `Say: ${TEXT}`),
    'prompts/say.poml': MARKUP,
    'vitest.config.ts': config(`{ sessions: 'pomlruns/*', ${REPORTS} }`),
  });
  expect((await runVitest(project, ['run', '--update'])).code).toBe(0);
  project.edit('prompts/say.poml', 'Say: {{ text }}', '{{ text }}, says {{ text }}');
  const summary = project.path('summary.md');
  writeFileSync(summary, '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: project.dir };
  const run = await runVitest(project, ['run', '--reporter=default'], env);
  expect(run.output).toContain('1 changed');
  expect(run.output).toContain('says');

  const printed = [run.stdout, run.stderr];
  for (const format of ['terminal', 'github', 'markdown', 'junit', 'sarif', 'json'])
    printed.push((await runCli(project, ['report', '--format', format])).stdout);
  for (const text of printed) {
    // Of Vitest's own there are line ends, tabs and, where it is asked for colours, ANSI codes; there are none here.
    expect(
      text.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu)?.filter((c) => !/[\n\t\r]/.test(c)) ??
        [],
    ).toEqual([]);
    const commands = text.split('\n').filter((line) => /^\s*::|##vso\[|##\[|^\s*##teamcity/.test(line));
    for (const command of commands) expect(command).toMatch(/^::error file=prompts\/say\.poml,line=2,/);
    expect(commands.length).toBeLessThanOrEqual(1);
  }
  const page = project.read('.vitest-poml/report.html');
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain('<img src=x');
  expect(readFileSync(summary, 'utf8')).not.toMatch(/^\s*(?:::error|<script)/m);
});

test('names of traces, sessions and prompts do nothing where tests are listed and printed', async () => {
  const names = [
    'a\n::error::pwned',
    'b\u001b[31mred',
    'c##[error]pwned',
    'd\u202eright',
    'e\r::error::pwned',
    'f%0A::error::x',
  ];
  const project = createProject({
    ...desk(),
    ...Object.assign(
      {},
      ...names.map((name, i) => ({
        ...trace(`000${i + 4}.${name}`, MARKUP, { text: 'x' }, 'Tell: x'),
        [`prompts/${name}.poml`]: MARKUP,
      })),
    ),
    'vitest.config.ts': config(`{ sessions: 'pomlruns/*', ${REPORTS} }`),
  });
  const summary = project.path('summary.md');
  writeFileSync(summary, '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: project.dir };
  const run = await runVitest(project, ['run', '--reporter=verbose'], env);
  expect(run.output).toContain('0004.a␤::error::pwned');
  const list = await runVitest(project, ['list']);
  // Vitest 5 lists a name as it is written in code, with two of them.
  expect(list.output).toMatch(/0006\.c##\\{1,2}\[error\]pwned/);
  for (const text of [run.stdout, run.stderr, list.stdout, list.stderr, readFileSync(summary, 'utf8')]) {
    expect(text).not.toMatch(/[\p{Cc}\u202e](?<![\n\t\r])/u);
    expect(text.split(/[\n\r]/).filter((line) => /^\s*::(?!error (?:file|title)=)|##\[/.test(line))).toEqual(
      [],
    );
  }
});

test('a report that cannot be written is said in one line, and the run goes on', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*', reports: [['html', { file: 'prompts/greet.poml/x.html' }]] }",
    ),
  });
  const { stderr, code } = await runVitest(project);
  expect(stderr).toMatch(/vitest-poml: the html report could not be written: /);
  expect(code).toBe(0);
});
