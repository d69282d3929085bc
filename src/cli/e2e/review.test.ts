import { describe, expect, test } from 'vitest';
import { desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';
import { openCli, whyNoTerminal } from '../../e2e/terminal.ts';
import { documented } from './schemas.ts';

/** The desk with two changed prompts, after a local run that found them. */
async function changedDesk(): Promise<Project> {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  project.edit('prompts/bye.poml', 'Goodbye {{ name }}.', 'Goodbye  {{ name }}!');
  const { code, output } = await runVitest(project);
  expect(code, output).toBe(1);
  return project;
}

const parsed = (stdout: string) => documented('pending', stdout);
const text = (project: Project, id: string) =>
  project.read(`${SESSION}/${id}.result.txt`).replace('===== human =====\n\n', '');

test('a local failing run leaves what it rendered pending; accept writes what an update would', async () => {
  const project = await changedDesk();
  const updated = createProject(desk());
  updated.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(updated, ['run', '--update']);

  const listed = await runCli(project, ['pending']);
  expect(listed.stdout).toContain('3 renders are pending, from 2 causes');
  expect(listed.stdout).toContain('prompts/greet.poml:2 "Hello" became "Hi"');
  expect(listed.stdout).toContain(`${SESSION}/0001.greet, ${SESSION}/0003.greet`);
  expect(listed.code).toBe(1);
  const { pending } = parsed((await runCli(project, ['pending', '--json'])).stdout);
  expect(pending.map(({ golden, status }: { golden: string; status: string }) => [golden, status])).toEqual([
    [`${SESSION}/0001.greet`, 'changed'],
    [`${SESSION}/0002.bye`, 'changed'],
    [`${SESSION}/0003.greet`, 'changed'],
  ]);

  // The command that the list shows does what it says.
  const [, key] = /vitest-poml accept ([0-9a-f]{8})/.exec(listed.stdout) ?? [];
  const accepted = await runCli(project, ['accept', key ?? '', '--json']);
  expect(parsed(accepted.stdout)).toMatchObject({
    accepted: [`${SESSION}/0001.greet`, `${SESSION}/0003.greet`],
    pending: [{ golden: `${SESSION}/0002.bye` }],
  });
  expect(accepted.code).toBe(0);
  for (const [file, content] of updated.snapshot(SESSION))
    if (!file.includes('0002')) expect([file, project.snapshot(SESSION).get(file)]).toEqual([file, content]);

  // A run that passes clears what it finds fine; here the change was undone.
  project.write('prompts/bye.poml', desk()['prompts/bye.poml'] ?? '');
  expect((await runVitest(project)).code).toBe(0);
  const none = await runCli(project, ['pending']);
  expect(none.stdout).toBe('Nothing is pending.\n');
  expect(none.code).toBe(0);
});

test('nothing is kept in CI, and the state folder stays out of git', async () => {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const before = project.snapshot();
  expect((await runVitest(project, ['run'], { CI: '1' })).code).toBe(1);
  expect(project.snapshot()).toEqual(before);
  await runVitest(project);
  expect(project.read('.vitest-poml/.gitignore')).toBe('*\n');
});

test('goldens are chosen by path, prompt, cause and class; a wrong choice says what is there', async () => {
  const project = await changedDesk();
  const wrong = await runCli(project, ['accept', '0001.great']);
  expect(wrong.stderr).toBe('vitest-poml: Nothing pending is named 0001.great. Did you mean 0001.greet?\n');
  expect(wrong.code).toBe(2);
  expect((await runCli(project, ['accept'])).stderr).toContain('give --class or --all');
  expect((await runCli(project, ['accept', '--class', 'white'])).stderr).toMatch(
    /--class takes whitespace, .*, not white\./,
  );
  expect((await runCli(project, ['accept', '--class', 'whitespace'])).stdout).toContain('0 renders accepted');

  const rejected = await runCli(project, ['reject', 'prompts/bye.poml', '--json']);
  expect(parsed(rejected.stdout)).toMatchObject({ rejected: [`${SESSION}/0002.bye`] });
  expect(text(project, '0002.bye')).toBe('Goodbye Bob.');
  const one = await runCli(project, ['accept', '0003.greet.result.json']);
  expect(one.stdout).toContain('1 render accepted, 1 still pending');
  expect([text(project, '0001.greet'), text(project, '0003.greet')]).toEqual([
    'Hello Ann, be kind.',
    'Hi Cy, be kind.',
  ]);

  // A golden that somebody has changed meanwhile is not lost.
  project.edit(`${SESSION}/0001.greet.result.json`, 'Hello Ann', 'Hello dear Ann');
  const refused = await runCli(project, ['accept', 'greet']);
  expect(refused.stderr).toContain('0001.greet.result.json has changed since the run; run the tests again');
  expect(refused.code).toBe(1);
  expect(project.read(`${SESSION}/0001.greet.result.json`)).toContain('Hello dear Ann');
  expect((await runCli(project, ['pending'])).code).toBe(1);
});

test('review without a terminal prints the commands that do the same', async () => {
  const project = await changedDesk();
  const { stdout, code } = await runCli(project, ['review']);
  expect(stdout).toMatch(/npx vitest-poml accept [0-9a-f]{8}\n +npx vitest-poml reject [0-9a-f]{8}/);
  expect(stdout).toContain('All of them: npx vitest-poml accept --all');
  expect(code).toBe(1);
  expect(parsed((await runCli(project, ['review', '--json'])).stdout).pending).toHaveLength(3);
  expect((await runCli(project, ['accept', '--all'])).stdout).toContain('3 renders accepted');
  expect((await runVitest(project)).code).toBe(0);
});

describe.skipIf(whyNoTerminal())('review on a terminal', () => {
  test('shows each change and takes a decision for it or for all of its cause', async () => {
    const project = await changedDesk();
    const terminal = openCli(project, ['review']);
    const first = await terminal.until(/\? help/);
    expect(first).toContain('Reviewing 1 of 3: ');
    expect(first).toContain('prompts/greet.poml:2 "Hello" became "Hi"  (and 1 more render)');
    expect(first).toMatch(/- Hello Ann, be kind\./);
    expect(first).toMatch(/\+ Hi Ann, be kind\./);
    terminal.press('?');
    await terminal.until(/any key goes back/);
    terminal.press('x');
    await terminal.until(/\? help/);
    terminal.press('d');
    expect(await terminal.until(/\? help/)).toContain('"content": "Hi Ann, be kind."');
    terminal.press('g');
    await terminal.until(/→ all of this cause \(2\)/);
    terminal.press('r');
    await terminal.until(/Reviewing 3 of 3/);
    terminal.press('\r');
    await terminal.until(/1 accepted, 2 rejected, 0 renders still pending/);
    expect(await terminal.ended()).toBe(0);
    expect(text(project, '0001.greet')).toBe('Hello Ann, be kind.');
    expect(text(project, '0002.bye')).toBe('Goodbye Bob!');
  });

  test('says where a golden is not the one any more that the render was held against', async () => {
    const project = await changedDesk();
    project.edit(`${SESSION}/0001.greet.result.json`, 'Hello Ann', 'Hello dear Ann');
    const terminal = openCli(project, ['review']);
    expect(await terminal.until(/\? help/)).toContain(
      'The golden has changed since the run; run the tests again.',
    );
    terminal.press('q');
    expect(await terminal.ended()).toBe(1);
    expect(text(project, '0001.greet')).toBe('Hello Ann, be kind.');
  });

  test('accepts all of a cause with A, skips, and can be left at any time', async () => {
    const project = await changedDesk();
    const terminal = openCli(project, ['review'], {
      VISUAL: 'node opened.mjs',
      VITEST_POML_DIFF_TOOL: 'node compared.mjs',
    });
    project.write('opened.mjs', "console.log('OPENED ' + process.argv.slice(2).join());");
    project.write(
      'compared.mjs',
      "import { readFileSync } from 'node:fs';\nconsole.log('COMPARED ' + process.argv.slice(2).map((file) => readFileSync(file, 'utf8').split('\\n').at(-1)).join(' | '));\nprocess.exit(1);",
    );
    await terminal.until(/Reviewing 1 of 3/);
    terminal.press('o');
    expect(await terminal.until(/OPENED \S+/)).toContain('prompts/greet.poml');
    await terminal.until(/\? help/);
    terminal.press('t');
    await terminal.until(/COMPARED Hello Ann, be kind\. \| Hi Ann, be kind\./);
    terminal.press('A');
    await terminal.until(/Reviewing 3 of 3/);
    terminal.press(' ');
    await terminal.until(/2 accepted, 0 rejected, 1 render still pending/);
    expect(await terminal.ended()).toBe(1);
    expect(text(project, '0003.greet')).toBe('Hi Cy, be kind.');

    const again = openCli(project, ['review']);
    await again.until(/Reviewing 1 of 1/);
    again.press('\u0003');
    await again.until(/0 accepted, 0 rejected, 1 render still pending/);
    expect(await again.ended()).toBe(1);
  });
});
