import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { config, desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Files, type Project } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';

const GREETS = `test('greets', () => {
  expect({ prompt: 'prompts/greet.poml', context: { name: 'Al' } }).toRenderLike();
});
`;
const PARTS = `test('parts', () => {
  expect({ prompt: 'prompts/bye.poml', context: { name: 'Bo' } }).toRenderLike();
});
`;
const file = (...tests: string[]) => `import { expect, test } from 'vitest';\n${tests.join('')}`;

/** Two test files that both have lost a test, and one that is gone, with the goldens of all. */
async function shrunk(): Promise<Project> {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config('{}'),
    'src/a.test.ts': file(GREETS, PARTS),
    'src/b.test.ts': file(GREETS, PARTS),
    'src/gone.test.ts': file(GREETS),
  });
  expect((await runVitest(project)).code).toBe(0);
  project.write('src/a.test.ts', file(GREETS));
  project.write('src/b.test.ts', file(PARTS));
  project.remove('src/gone.test.ts');
  return project;
}

const goldens = (project: Project) =>
  [...project.snapshot('src/__goldens__').keys()]
    .filter((name) => name.endsWith('.result.json'))
    .map((name) => name.replace(/^src\/__goldens__\/(\w+)\.test\.ts\/0001\.(\w+).*/, '$1 $2'))
    .sort();

const ALL = ['a greets', 'a parts', 'b greets', 'b parts', 'gone greets'];

test.each<[string, string[], string[]]>([
  ['a whole run', [], ['a parts', 'b greets', 'gone greets']],
  ['a run of some files', ['src/a.test.ts'], ['a parts', 'gone greets']],
  ['a run by name', ['-t', 'greets'], []],
])('%s removes on update what it is sure of, and nothing without', async (_, args, removed) => {
  const project = await shrunk();
  const plain = await runVitest(project, ['run', ...args]);
  expect(plain.code).toBe(0);
  expect(goldens(project)).toEqual(ALL);
  if (removed.length === 0) expect(plain.output).not.toMatch(/obsolete/);
  else expect(plain.output).toMatch(new RegExp(`Snapshots +${removed.length} obsolete`));
  await runVitest(project, ['run', ...args, '--update']);
  expect(goldens(project)).toEqual(ALL.filter((name) => !removed.includes(name)));
});

test('shards judge what they run, the merged run tells all and removes nothing', async () => {
  const project = await shrunk();
  for (const shard of ['1/2', '2/2'])
    await runVitest(project, ['run', '--reporter=blob', `--shard=${shard}`]);
  const merged = await runVitest(project, ['--merge-reports', '--update']);
  expect(merged.output).toContain('1 golden obsolete');
  expect(merged.output).toMatch(/src\/__goldens__\/a\.test\.ts: 0001\.parts/);
  expect(merged.output).toMatch(/src\/__goldens__\/b\.test\.ts: 0001\.greets/);
  expect(merged.output.match(/src\/__goldens__\/gone\.test\.ts/g)).toHaveLength(1);
  expect(goldens(project)).toEqual(ALL);
});

test('what a test that is skipped needs is not obsolete', async () => {
  const project = await shrunk();
  project.write('src/a.test.ts', file(GREETS, PARTS.replace('test(', 'test.skip(')));
  await runVitest(project, ['run', '--update']);
  expect(goldens(project)).toEqual(['a greets', 'a parts', 'b parts']);
});

test('files that no captured golden brings along go on update; goldens of a prompt that is gone are told', async () => {
  const project = createProject(desk());
  const captured = await runCli(project, ['capture', SESSION, '--to', 'goldens']);
  expect(captured.code, captured.stderr).toBe(0);
  project.write('vitest.config.ts', config("{ sessions: 'goldens/*' }"));
  const session = [...project.snapshot('goldens').keys()][0]!.split('/').slice(0, 2).join('/');
  const unused = `${session}/assets/${createHash('sha256').update('x').digest('hex')}.txt`;
  const files: Files = { [unused]: 'x', [`${session}/assets/notes.txt`]: 'of the user' };
  for (const [name, text] of Object.entries(files)) project.write(name, text);
  const before = project.snapshot('goldens');

  const plain = await runVitest(project);
  expect(plain.output).toContain('1 file that no golden brings along obsolete');
  expect(project.snapshot('goldens')).toEqual(before);
  await runVitest(project, ['run', '--update']);
  before.delete(unused);
  expect(project.snapshot('goldens')).toEqual(before);

  project.remove('prompts/bye.poml');
  const orphaned = await runVitest(project, ['run', '--update']);
  expect(orphaned.output).toContain('1 captured golden whose prompt is gone');
  expect(orphaned.output).toMatch(new RegExp(`${session}: 0002\\.bye`));
  expect(project.snapshot('goldens')).toEqual(before);
});

test('a render that waits for a review goes with its golden', async () => {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(project);
  expect((await runCli(project, ['pending', '--json'])).stdout.match(/"status"/g)).toHaveLength(2);
  for (const name of project.snapshot(SESSION).keys()) if (name.includes('0003.')) project.remove(name);
  await runVitest(project);
  expect((await runCli(project, ['pending', '--json'])).stdout.match(/"status"/g)).toHaveLength(1);
});
