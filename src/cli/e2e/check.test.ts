import { expect, test } from 'vitest';
import { desk, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runCli } from '../../e2e/run.ts';
import { documented } from './schemas.ts';

test('names what a golden depends on, by place; a condition can be skipped', async () => {
  const prompt = '<poml>\n  <p>Today is {{ new Date().toISOString() }}.</p>\n</poml>\n';
  const project = createProject({
    ...desk(),
    'prompts/today.poml': prompt,
    ...trace('0004.today', prompt, {}, 'Today is …'),
  });
  const { stdout, code } = await runCli(project, ['check']);
  expect(stdout).toContain(
    'prompts/today.poml:2:15  {{ new Date().toISOString() }}  depends on the time of the render',
  );
  expect(stdout).toContain('1 of 4 calls depend on more than their inputs');
  expect(code).toBe(1);

  const json = documented('check', (await runCli(project, ['check', 'pomlruns', '--json'])).stdout);
  expect(json.results[3]).toMatchObject({ leaks: [{ condition: 'clock' }] });

  const skipped = await runCli(project, ['check', '--skip', 'clock']);
  expect(skipped.stdout).toContain('4 calls depend on nothing but their inputs');
  expect(skipped.code).toBe(0);

  const wrong = await runCli(project, ['check', '--skip', 'time']);
  expect(wrong.stderr).toMatch(/--skip takes earlier-renders, clock, .*, not time\./);
  expect(wrong.code).toBe(2);
});
