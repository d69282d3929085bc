import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { desk, SESSION, trace } from '../../e2e/desk.ts';
import { REPOSITORY } from '../../e2e/package.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';

const APP = path.join(REPOSITORY, 'examples/code-review-bot');

function git(project: Project, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: project.dir,
    stdio: 'pipe',
  });
}

test('two versions of the prompts: what differs, where, in how many calls', async () => {
  const project = createProject(
    {},
    { prompts: `${APP}/prompts`, 'prompts-v1': `${APP}/prompts-v1`, pomlruns: `${APP}/pomlruns` },
  );
  const args = ['diff', 'prompts-v1', 'prompts', '--sessions', 'pomlruns/20261121052513698126'];
  const { output, stdout, code } = await runCli(project, args);
  expect(code).toBe(1);
  expect(output).toContain('prompts-v1 → prompts');
  expect(output).toMatch(/5 same, 11 changed: /);
  expect(output).toMatch(/- {3}\*\*Hint:\*\*|- \*\*Hint:\*\* Three sentences/);
  expect(output).toContain('prompts/summarise_pr.poml:7 listStyle="star" became listStyle="dash"');
  expect(output).toMatch(/9 calls \(.*schema\): .*0001\.review_file/);

  const json = JSON.parse((await runCli(project, [...args, '--json'])).stdout) as Record<string, never>;
  expect(json).toMatchObject({
    before: 'prompts-v1',
    after: 'prompts',
    totals: { records: 16, outcomes: { changed: 11, same: 5 } },
  });
  expect(stdout).not.toContain('\u001b');

  const same = await runCli(project, [
    'diff',
    'prompts',
    'prompts',
    '--sessions',
    'pomlruns/20261121052513698126',
  ]);
  expect(same.output).toContain('16 same');
  expect(same.code).toBe(0);
});

test('two recordings: pairs calls by what went in, and names those without a counterpart', async () => {
  const other = 'pomlruns/20261122000000000000';
  const project = createProject({
    ...desk(),
    // The same two calls in another order, one with another result, one call more, one less.
    ...trace('0001.bye', '<p>bye</p>', { name: 'Bob' }, 'Goodbye  Bob.', other),
    ...trace('0002.greet', '<p>hi</p>', { name: 'Ann' }, 'Hello Ann, be kind.', other),
    ...trace('0003.bye', '<p>bye</p>', { name: 'Eve' }, 'Goodbye Eve.', other),
  });
  const { output, code } = await runCli(project, ['diff', SESSION, other]);
  expect(output).toMatch(/1 same, 1 changed: 1 whitespace, 2 without a counterpart/);
  expect(output).toMatch(/1 call only in pomlruns\/20261121052042120390\n.*0003\.greet/);
  expect(output).toMatch(/1 call only in pomlruns\/20261122000000000000\n.*0003\.bye/);
  expect(code).toBe(1);
  const allowed = await runCli(project, ['diff', SESSION, SESSION]);
  expect(allowed.output).toContain('3 same');
  expect(allowed.code).toBe(0);
});

test('two revisions, and the working tree; neither it nor the index is touched', async () => {
  const project = createProject({ ...desk(), '.gitignore': 'node_modules\n' });
  git(project, 'init', '-q', '-b', 'main');
  git(project, 'add', '.');
  git(project, 'commit', '-qm', 'one');
  project.edit('prompts/_tone.poml', 'kind', 'brief');
  git(project, 'commit', '-qam', 'two');
  project.edit('prompts/bye.poml', 'Goodbye', 'Bye');
  const before = project.snapshot();

  const committed = await runCli(project, ['diff', 'HEAD~1..HEAD']);
  expect(committed.output).toContain('HEAD~1 → HEAD');
  expect(committed.output).toMatch(/1 same, 2 changed: 2 wording/);
  expect(committed.output).toContain('prompts/_tone.poml:1 "kind" became "brief"');
  expect(committed.code).toBe(1);
  const now = await runCli(project, ['diff', 'HEAD~1..']);
  expect(now.output).toMatch(/0 same, 3 changed/);
  expect(now.output).toContain('from prompts/bye.poml:2:');
  expect((await runCli(project, ['diff', 'HEAD..HEAD'])).code).toBe(0);
  expect(project.snapshot()).toEqual(before);

  // So is what an include was before it was edited: a recording holds only the text of the prompt itself.
  git(project, 'reset', '-q', '--hard', 'HEAD~1');
  project.edit('prompts/_tone.poml', 'kind', 'polite');
  const { output } = await runVitest(project);
  expect(output).toContain('prompts/_tone.poml:1 "kind" became "polite"');

  const unknown = await runCli(project, ['diff', 'nowhere..HEAD']);
  expect(unknown.stderr).toBe('vitest-poml: git knows no revision nowhere.\n');
  expect(unknown.code).toBe(2);
});

test('classes can be allowed, and accepted where the first render is the golden', async () => {
  const project = createProject({
    ...desk(),
    'before/bye.poml': '<poml>\n  <p>Goodbye {{ name }}.</p>\n</poml>\n',
    'before/greet.poml': '<poml><p>Hello {{ name }}, be kind.</p></poml>',
    'after/bye.poml': '<poml>\n  <p>Goodbye <br/>{{ name }}.</p>\n</poml>\n',
    'after/greet.poml': '<poml><p>Hi {{ name }}, be kind.</p></poml>',
  });
  const args = ['diff', 'before', 'after'];
  const wording = await runCli(project, [...args, '--allow', 'wording']);
  expect(wording.code).toBe(1);
  const both = await runCli(project, [...args, '--allow', 'wording,whitespace']);
  expect(both.output).toMatch(/1 call \(whitespace; allowed\)/);
  expect(both.code).toBe(0);

  const golden = `${SESSION}/0002.bye.result.json`;
  const greeting = project.read(`${SESSION}/0001.greet.result.json`);
  const accepted = await runCli(project, [...args, '--accept', 'whitespace', '--allow', 'wording']);
  expect(accepted.output).toContain('1 accepted');
  expect(accepted.code).toBe(0);
  expect(JSON.parse(project.read(golden)).messages[0].content).toBe('Goodbye \nBob.');
  expect(project.read(`${SESSION}/0001.greet.result.json`)).toBe(greeting);
});

test('misuse is told in one message', async () => {
  const project = createProject(desk());
  // Without a config there is nothing to load, which makes each of these quick.
  project.remove('vitest.config.ts');
  const cases: [string[], string][] = [
    [[], 'Name two sessions, two folders of prompts, or one range of revisions such as main..HEAD.'],
    [['prompts', 'nowhere'], 'There is no folder nowhere.'],
    [['prompts', SESSION], `${SESSION} is a recorded session and prompts is none: compare two of a kind.`],
    [['prompts', 'prompts'], 'There are no sessions: set'],
    [['main'], 'main is no range of revisions'],
    [['main..HEAD', '--sessions', 'pomlruns'], 'is in no git repository'],
    [['--renderer', 'builtin'], 'Give --renderer twice'],
    [
      ['--renderer', 'builtin', '--renderer', 'pomljs', '--sessions', 'pomlruns'],
      'npm install --save-dev pomljs',
    ],
    [['prompts', 'prompts', '--allow', 'words'], '--allow takes whitespace,'],
    [[SESSION, SESSION, '--accept', 'wording'], '--accept writes goldens from renders'],
  ];
  for (const [args, message] of cases) {
    const { stderr, stdout, code } = await runCli(project, ['diff', ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([stdout, code]).toEqual(['', 2]);
  }
});
