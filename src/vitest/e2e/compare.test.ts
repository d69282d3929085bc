import { expect, test } from 'vitest';
import { config, desk, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

/** The prompt of a call says who called it by an id that is new at each run. */
const CALL =
  '<poml><p>Run <code>#lt;{{ "r" + Math.random().toString(36).slice(2, 10) }}#gt;</code>: hi {{ name }}</p></poml>';

function withRandomIds(options: string) {
  return createProject({
    ...desk(),
    'prompts/call.poml': CALL,
    ...trace('0004.call', CALL, { name: 'Dee' }, 'Run `<r12345678>`: hi Dee'),
    'vitest.config.ts': config(options),
  });
}

test('what options scrub, across workers, is no difference; what else changed is shown with it scrubbed', async () => {
  const project = withRandomIds(
    "{ sessions: 'pomlruns/*', compare: { scrub: [{ pattern: /<(r\\w+)>/, name: 'run' }] } }",
  );
  const before = project.snapshot('pomlruns');
  const same = await runVitest(project, ['--update']);
  expect(same.output).toMatch(/Tests +4 passed/);
  expect(same.code).toBe(0);
  // A golden that is the same by tolerance is not rewritten.
  expect(project.snapshot('pomlruns')).toEqual(before);

  project.edit('prompts/call.poml', 'hi', 'hello');
  const changed = await runVitest(project);
  expect(changed.output).toMatch(/- Run `<\{run_1\}>`: hi Dee/);
  expect(changed.output).toMatch(/\+ Run `<\{run_1\}>`: hello Dee/);
  expect(changed.output).toMatch(/Tests +1 failed \| 3 passed/);
});

test('an assertion can say so for itself, and wins over the options', async () => {
  const project = withRandomIds("{ compare: { whitespace: 'ignore' } }");
  project.write(
    'call.test.ts',
    `import { expect, test } from 'vitest-poml';
const path = 'pomlruns/20261121052042120390/0004.call';
test('scrubbed', ({ trace }) => {
  expect(trace(path)).toRenderLike(undefined, { compare: { scrub: [/r\\w{6,}/] } });
});
test('ignored', ({ trace }) => {
  expect(trace(path)).toRenderLike(undefined, { compare: { ignore: ['messages[*].content'] } });
});
test('as it is', ({ trace }) => {
  expect(trace(path)).toRenderLike();
});
test('misspelt', ({ trace }) => {
  expect(trace(path)).toRenderLike(undefined, { compare: { scrub: ['uuid' as never] } });
});
`,
  );
  const { output } = await runVitest(project);
  expect(output).toMatch(/✓ call\.test\.ts > scrubbed|✓ scrubbed/);
  expect(output).toMatch(/✓ ignored/);
  expect(output).toMatch(/× as it is/);
  expect(output).toContain(
    '"compare.scrub" must be timestamps, uuids, paths or a regular expression, not "uuid"',
  );
  expect(output).toMatch(/Tests +2 failed \| 2 passed/);
});

test('a wrong option is one clear error', async () => {
  const project = withRandomIds("{ sessions: 'pomlruns/*', compare: { ignore: ['a..'] } }");
  const { output, code } = await runVitest(project);
  expect(output).toContain('compare.ignore: The path "a.." lacks a key at character 2.');
  expect(code).not.toBe(0);
});
