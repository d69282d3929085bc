import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { environment, NODE, VITEST } from '../../e2e/run.ts';

/** Root may write everywhere, so that a user without rights has to run what is tested. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

interface Ended {
  code: number | null;
  output: string;
}

function vitest(project: Project, args: string[], options: { uid?: number; shell?: string } = {}): Ended {
  const command = [NODE, VITEST, ...args];
  const [program, ...rest] = options.shell
    ? ['sh', '-c', `${options.shell}; exec "$@"`, 'sh', ...command]
    : command;
  const { status, stdout, stderr } = spawnSync(program!, rest, {
    cwd: project.dir,
    env: { ...environment({}), HOME: project.dir },
    encoding: 'utf8',
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  return { code: status, output: `${stdout}\n${stderr}` };
}

/** The application with one word of a prompt changed, so that two of its three goldens are to be written. */
function changedDesk(): Project {
  const project = createProject(desk());
  project.edit('prompts/_tone.poml', 'kind', 'brief');
  return project;
}

function temporaryFiles(project: Project): string[] {
  return readdirSync(project.path(SESSION)).filter((name) => name.startsWith('.vitest-poml'));
}

test('goldens that may not be written: each is named, none is half written, the rest of the run goes on', () => {
  const project = changedDesk();
  project.edit('prompts/bye.poml', 'Goodbye', 'Bye');
  const before = project.snapshot('pomlruns');
  if (isRoot) execFileSync('chown', ['-hR', String(NOBODY), project.dir]);
  chmodSync(project.path(SESSION), 0o555);
  const { code, output } = vitest(project, ['run', '--update'], isRoot ? { uid: NOBODY } : {});
  chmodSync(project.path(SESSION), 0o755);
  expect(output).toMatch(
    /0001\.greet\.(?:poml|result\.(?:json|txt)).*(?:permission|EACCES|may not|cannot be written)/is,
  );
  for (const id of ['0001.greet', '0002.bye', '0003.greet']) expect(output).toContain(id);
  expect(output).toMatch(/Tests +3 failed/);
  expect(code).toBe(1);
  expect(project.snapshot('pomlruns')).toEqual(before);
});

test('a disk that is full: what cannot be written is named and keeps its old bytes', ({ skip }) => {
  const project = changedDesk();
  const session = project.path(SESSION);
  const files = project.snapshot(SESSION);
  project.remove(SESSION);
  mkdirSync(session);
  const mounted =
    isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', session]).status === 0;
  skip(!mounted, 'a small disk can be mounted by root only');
  onTestFinished(() => void spawnSync('umount', [session]));
  for (const [file, text] of files) project.write(file, text);
  // The rest of the disk.
  spawnSync('dd', ['if=/dev/zero', `of=${session}/ballast`, 'bs=4096', 'count=1000']);
  const before = project.snapshot(SESSION);
  const { code, output } = vitest(project, ['run', '--update']);
  expect(output).toMatch(/0001\.greet\S*.*(?:no space|ENOSPC|full)/is);
  expect(output).toMatch(/Tests +2 failed \| 1 passed/);
  expect(code).toBe(1);
  expect(project.snapshot(SESSION)).toEqual(before);
  expect(temporaryFiles(project)).toEqual([]);

  // With room again the next update does what this one could not.
  execFileSync('rm', [path.join(session, 'ballast')]);
  expect(vitest(project, ['run', '--update']).code).toBe(0);
  expect(project.read(`${SESSION}/0001.greet.result.txt`)).toContain('be brief');
});

/** Runs Vitest as a user who has no more rights than the files give; root has all. */
function asNobody(project: Project, args: string[]): Ended {
  if (isRoot) execFileSync('chown', ['-hR', String(NOBODY), project.dir]);
  return vitest(project, args, isRoot ? { uid: NOBODY } : {});
}

test('a recorded file that may not be read fails by name, and the rest of the run goes on', () => {
  const project = createProject(desk());
  chmodSync(project.path(`${SESSION}/0002.bye.context.json`), 0o000);
  const { code, output } = asNobody(project, ['run']);
  expect(output).toMatch(/0002\.bye\.context\.json: may not be read\s+Give this user the right to read it/);
  expect(output).toMatch(/Tests +1 failed \| 2 passed/);
  expect(code).toBe(1);
});

test('a golden and a report that are write-protected stay, though their folders may be written to', () => {
  const project = changedDesk();
  project.write('report.json', 'an old one');
  for (const file of ['report.json', `${SESSION}/0001.greet.result.txt`])
    chmodSync(project.path(file), 0o444);
  project.edit(
    'vitest.config.ts',
    "'pomlruns/*'",
    "'pomlruns/*', reports: [['json', { file: 'report.json' }]]",
  );
  const before = project.snapshot(SESSION);
  const { code, output } = asNobody(project, ['run', '--update']);
  expect(output).toMatch(
    /0001\.greet\.result\.txt: could not be written \(EACCES\); what was there is unchanged/,
  );
  expect(output).toMatch(/Tests +1 failed \| 2 passed/);
  expect(code).toBe(1);
  expect(output).toMatch(
    /the json report could not be written: .*report\.json: could not be written \(EACCES\)/,
  );
  expect(project.read('report.json')).toBe('an old one');
  for (const suffix of ['poml', 'result.json', 'result.txt']) {
    const file = `${SESSION}/0001.greet.${suffix}`;
    expect(project.snapshot(SESSION).get(file), file).toBe(before.get(file));
  }
});

test('a project that nothing may be written to is tested all the same, and what was not written is named', () => {
  const project = changedDesk();
  const before = project.snapshot();
  chmodSync(project.dir, 0o555);
  const { code, output } = asNobody(project, ['run']);
  chmodSync(project.dir, 0o755);
  expect(output).toMatch(/Tests +2 failed \| 1 passed/);
  expect(output).toMatch(/vitest-poml: run\.json could not be written: .*\.vitest-poml/);
  expect(code).toBe(1);
  expect(project.snapshot()).toEqual(before);
});

test('few file descriptors are enough for many traces', () => {
  const project = createProject(desk());
  for (let i = 10; i < 400; i++) {
    for (const suffix of ['poml', 'env', 'context.json', 'result.json', 'result.txt'])
      project.write(
        `${SESSION}/${String(i).padStart(4, '0')}.bye.${suffix}`,
        project.read(`${SESSION}/0002.bye.${suffix}`),
      );
  }
  const { code, output } = vitest(project, ['run'], { shell: 'ulimit -n 120' });
  expect(output).toMatch(/Tests +393 passed/);
  expect(code).toBe(0);
});

test('a session that goes away while its tests run fails by name, and nothing else does', () => {
  const project = createProject({
    ...desk(),
    'other.test.ts': "import { expect, test } from 'vitest';\ntest('other', () => { expect(1).toBe(1); });\n",
    'setup.ts': `import { rmSync } from 'node:fs';\nimport { beforeAll } from 'vitest';\nbeforeAll(() => rmSync('${SESSION}/0002.bye.context.json', { force: true }));\n`,
  });
  project.edit('vitest.config.ts', 'test: {}', "test: { setupFiles: './setup.ts' }");
  const { code, output } = vitest(project, ['run']);
  expect(existsSync(project.path(`${SESSION}/0002.bye.context.json`))).toBe(false);
  expect(output).toMatch(/0002\.bye/);
  expect(output).toMatch(/Tests +1 failed \| 3 passed/);
  expect(code).toBe(1);
});
