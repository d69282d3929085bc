import { expect, test } from 'vitest';
import { desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

const MANY = 60;

/** A session of many calls of one prompt, one word of which was changed, and one call of another prompt. */
function changedDesk(): Project {
  const markup = desk()['prompts/greet.poml'] ?? '';
  const project = createProject({
    ...desk(),
    ...Object.assign(
      {},
      ...Array.from({ length: MANY }, (_, i) =>
        trace(`${1001 + i}.greet`, markup, { name: `Guest ${i}` }, `Hello Guest ${i}, be kind.`),
      ),
    ),
  });
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  return project;
}

test('of many tests that one edit turns red the first are printed and the rest counted', async () => {
  const project = changedDesk();
  project.edit('prompts/bye.poml', 'Goodbye', 'Bye');
  const { output, code } = await runVitest(project);
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`Tests +${MANY + 3} failed`));
  // Three of the one cause, and the only one of the other.
  expect(
    output
      .match(/^ *FAIL .*\d{4}\.\w+$/gm)
      ?.map((line) => line.replace(/^.* /, ''))
      .sort(),
  ).toEqual(['0001.greet', '0002.bye', '0003.greet', '1001.greet']);
  expect(output).toContain(`${MANY - 1} more tests fail for causes shown above`);
  expect(output).toMatch(/… \d+ more tests × like these/);
  expect(output).toContain('prompts/greet.poml:2 "Hello" became "Hi"');
  expect(output.split('\n').length).toBeLessThan(200);
});

test('and in several sessions no more of them', async () => {
  const sessions = Array.from({ length: 8 }, (_, i) => `pomlruns/2026112105204212039${i + 1}`);
  const project = changedDesk();
  for (const session of sessions) {
    for (let i = 0; i < 20; i++) {
      const files = trace(
        `${1001 + i}.greet`,
        desk()['prompts/greet.poml'] ?? '',
        { name: `Guest ${i}` },
        `Hello Guest ${i}, be kind.`,
        session,
      );
      for (const [file, text] of Object.entries(files)) project.write(file, text);
    }
  }
  const { output, code } = await runVitest(project);
  expect(code).toBe(1);
  const failing = MANY + 2 + 20 * sessions.length;
  expect(output).toMatch(new RegExp(`Tests +${failing} failed`));
  expect(output.match(/^ *FAIL .*\d{4}\.\w+$/gm)).toHaveLength(3);
  expect(output).toContain(`${failing - 3} more tests fail for causes shown above`);
  expect(output.match(/^ +× /gm)?.length).toBeLessThanOrEqual(63);
  expect(output.split('\n').length).toBeLessThan(200);
});

test('sessions that say nothing new are counted beyond the first ones', async () => {
  const sessions = Array.from({ length: 40 }, (_, i) => `pomlruns/202611210520421203${10 + i}`);
  const markup = '<poml>\n  <p>Hello {{ name }}</p>\n</poml>\n';
  const project = createProject({
    ...desk(),
    ...Object.assign(
      {},
      ...sessions.map((session) => trace('0001.hello', markup, { name: 'Ann' }, 'Hello Ann', session)),
    ),
    'prompts/hello.poml': markup,
  });
  project.edit('prompts/hello.poml', 'Hello', 'Hi');
  const { output } = await runVitest(project);
  const listed = output.match(/^ ❯ pomlruns\//gm)?.length ?? 0;
  expect(listed).toBeGreaterThanOrEqual(20);
  expect(listed).toBeLessThanOrEqual(23);
  expect(output).toContain(
    `37 more tests fail for causes shown above; ${40 - listed} of their sessions are not listed`,
  );
});

test('reporters that programs read get every failure, with its cause', async () => {
  const project = changedDesk();
  await runVitest(project, ['run', '--reporter=json', '--outputFile=report.json']);
  const { testResults } = JSON.parse(project.read('report.json')) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  const failed = testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength(MANY + 2);
  const last = failed.find(({ title }) => title === `${1000 + MANY}.greet`);
  expect(last?.failureMessages[0]).toMatch(
    /prompts\/greet\.poml:2 "Hello" became "Hi"\. .*0001\.greet shows it\./,
  );
  expect(last?.failureMessages[0]).toContain(`${project.path('prompts/greet.poml')}:2`);
});

test('one of a thousand that fails is not lost among those that pass', async () => {
  const project = changedDesk();
  project.write('prompts/greet.poml', desk()['prompts/greet.poml'] ?? '');
  project.edit(`${SESSION}/1030.greet.result.json`, 'Hello', 'Good day');
  const { output } = await runVitest(project);
  // Vitest 3.2 names the suite too.
  expect(output).toMatch(/× (?:\S+ > )?1030\.greet/);
  expect(output).toContain(`${MANY + 2 - 10} more tests ✓`);
});
