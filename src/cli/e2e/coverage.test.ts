import { expect, test } from 'vitest';
import { config, desk, ORDER, trace } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runCli } from '../../e2e/run.ts';
import type { CoverageModel } from '../../report/coverage/index.ts';
import { documented } from './schemas.ts';

function shop() {
  return createProject({
    ...desk(),
    'prompts/order.poml': ORDER,
    'prompts/unused.poml': '<p>Nobody calls this.</p>',
    ...trace('0004.order', ORDER, { vip: true, lines: [{ name: 'tea' }, { name: 'milk' }] }, '…'),
  });
}

test('shows what recorded calls exercise, and what to record for the rest', async () => {
  const project = shop();
  const { stdout, code } = await runCli(project, ['coverage']);
  expect(stdout.split('\n')).toEqual([
    'POML coverage: 77.7% by 4 calls of 4 prompts, 1 include',
    '',
    '  prompt                 calls  elements  branches    loops  includes  expressions  context      all',
    '  prompts/_tone.poml         2         -         -        -         -            -        -     100%',
    '  prompts/bye.poml           1       2/2         -        -         -          1/1      1/1     100%',
    '  prompts/greet.poml         2       2/2         -        -       1/1          1/1      1/1     100%',
    '  prompts/order.poml         1       4/4       1/2      1/3         -          1/1      4/4      70%',
    '  prompts/unused.poml        0       0/1         -        -         -            -        -       0%',
    '',
    'To exercise more, record a call in which',
    '  prompts/order.poml:2:10  `vip` is not set (missing, null, false, 0 or an empty text)',
    '  prompts/order.poml:4:16  `lines` is empty',
    '  prompts/order.poml:4:16  `lines` has exactly one item',
    '',
    '1 prompt without any call',
    '    prompts/unused.poml',
    '',
  ]);
  expect(code).toBe(0);

  const low = await runCli(project, ['coverage', '--min', '80%']);
  expect(low.stderr).toContain('77.7% of the prompts are covered, and --min asks for 80%.');
  expect(low.code).toBe(1);
  expect((await runCli(project, ['coverage', '--min', '77.7'])).code).toBe(0);
});

test('gives it to programs: JSON, lcov and Istanbul', async () => {
  const project = shop();
  const args = ['coverage', '--json', '--lcov', 'out/lcov.info', '--istanbul', 'out/coverage.json'];
  const { stdout, code } = await runCli(project, args);
  const json: CoverageModel = documented('report#/$defs/coverage', stdout);
  expect(json.percent).toBe(77.7);
  expect(json.files.map(({ path }) => path)).toContain(project.path('prompts/order.poml'));
  expect(project.read('out/lcov.info')).toContain('SF:prompts/order.poml\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\n');
  const istanbul = JSON.parse(project.read('out/coverage.json'));
  expect(istanbul[project.path('prompts/order.poml')]).toMatchObject({
    b: { 'if:16-25': [1, 0] },
  });
  expect(code).toBe(0);
});

test('takes the recorded text where a prompt is not here, one file for all its recordings', async () => {
  const project = createProject({
    ...desk(),
    ...trace('0005.gone', '<p>{{ a }}</p>', { a: 1 }, '1'),
    ...trace('0006.gone', '<p>{{ a }}</p>', { a: 2 }, '2'),
  });
  const { stdout } = await runCli(project, ['coverage', 'pomlruns/*']);
  expect(stdout).toMatch(/0005\.gone\.poml +2 +1\/1 /);
  expect(stdout).not.toContain('0006.gone');
  const live = await runCli(project, ['coverage', '--source', 'live']);
  expect(live.stderr).toContain('0005.gone is left out: The prompt of 0005.gone cannot be rendered live');
});

test('keeps the text of recordings apart from what the file is now', async () => {
  const project = shop();
  project.edit('prompts/order.poml', 'Dear guest,', 'Dear you,');
  const { stdout } = await runCli(project, ['coverage', '--source', 'recorded', '--lcov', 'lcov.info']);
  expect(stdout).toMatch(/prompts\/order\.poml \(as recorded\) +1 +4\/4/);
  expect(project.read('lcov.info')).not.toContain('order.poml');
});

test('says what is wrong with how it was called', async () => {
  const project = createProject({ 'vitest.config.ts': config('{}') });
  const failed = async (...args: string[]) => {
    const { stderr, code } = await runCli(project, ['coverage', ...args]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await failed()).toContain('There are no sessions: set "sessions"');
  expect(await failed('nowhere')).toContain('nothing matches "nowhere"');
  expect(await failed('--min', 'lots')).toContain('--min takes a percentage from 0 to 100, not "lots".');
  expect(await failed('--source', 'old')).toContain('--source takes auto, live or recorded, not "old".');
});
