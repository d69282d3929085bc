import { expect, test } from 'vitest';
import { config, desk, trace } from '../../e2e/desk.ts';
import { VITEST_VERSION } from '../../e2e/install.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runVitest } from '../../e2e/run.ts';

const OPTIONS = "{ sessions: ['pomlruns/*', 'shop/pomlruns/*'] }";

/** A project with two sessions, whose workers leave a line each. */
function project(options: string = config(OPTIONS), files: Record<string, string> = {}): Project {
  return createProject({
    ...desk(),
    ...trace(
      '0001.greet',
      desk()['prompts/greet.poml'] ?? '',
      { name: 'Di' },
      'Hello Di, be kind.',
      'shop/pomlruns/20261121052042120391',
    ),
    'vitest.config.ts': options,
    'note.cjs': `if (process.env.VITEST_WORKER_ID ?? process.env.VITEST)
  require('node:fs').appendFileSync('workers.txt', process.pid + '\\n');`,
    ...files,
  });
}

/** How many workers a run has started. */
async function workers(of: Project, args: string[] = ['run'], tests = 4): Promise<number> {
  if (of.exists('workers.txt')) of.remove('workers.txt');
  const { output } = await runVitest(of, args, { NODE_OPTIONS: '--require ./note.cjs', VITEST: undefined });
  expect(output).toMatch(new RegExp(`Tests +${tests} passed`));
  return of.read('workers.txt').trim().split('\n').length;
}

// Vitest 3.2 decides for all projects at once.
test.skipIf(VITEST_VERSION.startsWith('3.'))(
  'sessions share a worker where nothing else runs, and tests of others keep their own',
  async () => {
    const sessions = project();
    expect(await workers(sessions, ['run', '--maxWorkers=1'])).toBe(1);
    sessions.write('a.test.ts', "import { test } from 'vitest';\ntest('a', () => {});\n");
    expect(await workers(sessions, ['run', '--maxWorkers=1'], 5)).toBe(3);
    expect(await workers(sessions, ['run', '--maxWorkers=1', 'pomlruns'], 4)).toBe(1);
  },
);

test('who sets isolate, or has a setup of their own, has a worker for each session', async () => {
  // Vitest 3.2 starts the next worker before it knows that nothing is left for it.
  expect(await workers(project(config(OPTIONS, '{ isolate: true }')))).toBeGreaterThanOrEqual(2);
  const withSetup = config(OPTIONS, "{ setupFiles: './setup.ts' }");
  expect(await workers(project(withSetup, { 'setup.ts': 'export {};' }))).toBeGreaterThanOrEqual(2);
});
