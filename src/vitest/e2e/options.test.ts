import { expect, test } from 'vitest';
import { config, desk } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

test.each([
  [
    'an option that does not exist',
    "{ sesions: 'pomlruns/*' } as never",
    'poml() has no option "sesions". Did you mean "sessions"?',
  ],
  [
    'a wrong type',
    "{ source: 'latest' } as never",
    `the option "source" must be 'auto', 'live' or 'recorded', not "latest"`,
  ],
  ['a glob that matches nothing', "{ sessions: 'runs/*' }", 'nothing matches "runs/*"'],
  ['a folder without traces', "{ sessions: 'prompts' }", 'holds no POML trace'],
])('%s is one clear error', async (_, options, message) => {
  const project = createProject({ ...desk(), 'vitest.config.ts': config(options) });
  const before = project.snapshot();
  const { code, output } = await runVitest(project);
  expect(output).toContain(message);
  expect(output.split(message)).toHaveLength(2);
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).not.toBe(0);
  expect(project.snapshot()).toEqual(before);
});

test('sessions that the project excludes are an error, not a green run', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*' }", "{ exclude: ['pomlruns/**'] }"),
  });
  const { code, output } = await runVitest(project);
  expect(output).toMatch(/shut out by "test\.exclude"/);
  expect(code).not.toBe(0);
});

test("a prompt that is gone fails with source: 'live', and is rendered from the recording with 'auto'", async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', source: 'live' }"),
  });
  project.remove('prompts/bye.poml');
  const live = await runVitest(project);
  expect(live.output).toMatch(/cannot be rendered live: .*bye\.poml/);
  expect(live.output).toMatch(/Tests +1 failed \| 2 passed/);
  expect(live.code).toBe(1);

  project.write('vitest.config.ts', config("{ sessions: 'pomlruns/*' }"));
  const auto = await runVitest(project);
  expect(auto.output).toMatch(/1 trace rendered from the recorded text/);
  expect(auto.code).toBe(0);
});

test("source: 'recorded' does not look at the prompt as it is now", async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', source: 'recorded' }"),
  });
  project.edit('prompts/bye.poml', 'Goodbye', 'Farewell');
  const { code } = await runVitest(project);
  expect(code).toBe(0);
});

test('the report can be switched off', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config("{ sessions: 'pomlruns/*', reports: [] }"),
  });
  const { code, output } = await runVitest(project);
  expect(output).not.toContain('POML:');
  expect(code).toBe(0);
});
