import { expect, test } from 'vitest';
import { config, desk, SESSION } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

test('--update accepts a change and touches nothing else', async () => {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const before = project.snapshot();
  const { code, output } = await runVitest(project, ['run', '--update']);
  expect(output).toMatch(/Snapshots +2 updated/);
  expect(code).toBe(0);
  expect(changed(before, project)).toEqual(
    ['0001', '0003'].flatMap((id) =>
      ['poml', 'result.json', 'result.txt'].map((suffix) => `${SESSION}/${id}.greet.${suffix}`),
    ),
  );
  expect(project.read(`${SESSION}/0003.greet.result.txt`)).toBe('===== human =====\n\nHi Cy, be kind.');
  expect(project.read(`${SESSION}/0001.greet.result.json`)).toBe(
    '{\n  "messages": [\n    {\n      "speaker": "human",\n      "content": "Hi Ann, be kind."\n    }\n  ]\n}',
  );
  expect(project.read(`${SESSION}/0001.greet.poml`)).toBe(project.read('prompts/greet.poml'));

  const again = await runVitest(project);
  expect(again.output).toMatch(/Tests +3 passed/);
  expect(again.code).toBe(0);
  const accepted = project.snapshot();
  await runVitest(project, ['run', '--update']);
  expect(changed(accepted, project)).toEqual([]);
});

test('CI writes nothing without an explicit update, and what is missing fails with the command that creates it', async () => {
  const project = createProject({ ...desk(), 'src/greet.test.ts': CALL });
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const before = project.snapshot();
  const { code, output } = await runVitest(project, ['run'], { CI: '1' });
  expect(output).toMatch(/Tests +3 failed \| 1 passed/);
  expect(output).toMatch(/There is no golden yet/);
  expect(output).toContain('npx vitest run --update');
  expect(output).toContain('src/__goldens__/greet.test.ts/');
  expect(code).toBe(1);
  expect(changed(before, project)).toEqual([]);

  const update = await runVitest(project, ['run', '--update'], { CI: '1' });
  expect(update.code).toBe(0);
  expect(changed(before, project)).toContain(`${SESSION}/0001.greet.result.json`);
});

test('a new golden of a call is written like a new snapshot, then compared', async () => {
  const project = createProject({ ...desk(), 'src/greet.test.ts': CALL, 'vitest.config.ts': config('{}') });
  const before = project.snapshot();
  const first = await runVitest(project);
  expect(first.output).toMatch(/Snapshots +1 written/);
  expect(first.code).toBe(0);
  const written = changed(before, project);
  expect(written.map((file) => file.replace(/^.*\d{4}\.[^.]+/, ''))).toEqual([
    '.context.json',
    '.poml',
    '.result.json',
    '.result.txt',
  ]);
  expect(written[0]).toMatch(/^src\/__goldens__\/greet\.test\.ts\/0001\.greets/);

  const second = await runVitest(project, ['run'], { CI: '1' });
  expect(second.code).toBe(0);
  expect(second.output).not.toMatch(/written/);

  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const third = await runVitest(project);
  expect(third.output).toMatch(/Snapshots +1 failed/);
  expect(third.output).toMatch(/❯ src\/greet\.test\.ts:4:\d+/);
  expect(third.code).toBe(1);
});

test('goldens that no test asks for are obsolete, and go with an update', async () => {
  const project = createProject({
    ...desk(),
    'src/greet.test.ts': `${CALL}test('says bye', () => {\n  expect({ prompt: 'prompts/bye.poml', context: { name: 'Bo' } }).toRenderLike();\n});\n`,
    'vitest.config.ts': config('{}'),
  });
  await runVitest(project);
  project.write('src/greet.test.ts', CALL);
  const before = project.snapshot();

  const named = await runVitest(project, ['run', '-t', 'nothing of this name']);
  expect(named.output).not.toMatch(/obsolete/);
  const plain = await runVitest(project);
  expect(plain.output).toMatch(/Snapshots +1 obsolete/);
  expect(plain.output).toMatch(/0001\.says-bye/);
  expect(plain.code).toBe(0);
  expect(changed(before, project)).toEqual([]);

  const update = await runVitest(project, ['run', '--update']);
  expect(update.output).toMatch(/Snapshots +1 removed/);
  expect(update.code).toBe(0);
  expect(changed(before, project).every((file) => file.includes('0001.says-bye'))).toBe(true);
  expect(changed(before, project)).toHaveLength(4);
});

const CALL = `import { expect, test } from 'vitest';

test('greets', () => {
  expect({ prompt: 'prompts/greet.poml', context: { name: 'Al' } }).toRenderLike();
});
`;

/** The files that differ from before, are new or are gone, sorted. */
function changed(before: ReadonlyMap<string, string>, project: Project): string[] {
  const after = project.snapshot();
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file)).sort();
}
