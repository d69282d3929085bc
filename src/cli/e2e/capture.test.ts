import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CONFIG, config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { runCli, runVitest } from '../../e2e/run.ts';
import { documented } from './schemas.ts';

const GOLDENS = 'goldens/20261121052042120390';
const MAIL = '<poml>\n  <p>Write to {{ user.email }} ({{ user.name }}).</p>\n</poml>\n';

/** The desk, with a call that holds personal data. */
function deskWithMail(): Project {
  const user = { name: 'Ann Smith', email: 'ann.smith@firm.de' };
  return createProject({
    ...desk(),
    'prompts/mail.poml': MAIL,
    ...trace('0004.mail', MAIL, { user }, 'Write to ann.smith@firm.de (Ann Smith).'),
    [`${SESSION}/0004.mail.reply.txt`]: 'Done, Ann Smith <ann.smith@firm.de>.',
  });
}

test('a captured, redacted golden passes on a clone with no access to the original files', async () => {
  const project = deskWithMail();
  const redact = ['--redact', '$.user.name', '--redact', 'email'];
  const captured = await runCli(project, ['capture', SESSION, '--to', 'goldens', ...redact]);
  expect(captured.stdout).toContain('4 calls: 4 written');
  expect(captured.stdout).toMatch(
    /\+ 0004\.mail {2}6 values redacted \(email 3, \$\.user\.name 3\)|\+ 0004\.mail {2}\d+ values redacted/,
  );
  expect(captured.code).toBe(0);
  expect((await runCli(project, ['scan', 'goldens'])).code).toBe(0);

  const clone = createProject({ 'vitest.config.ts': config("{ sessions: 'goldens/*' }") });
  cpSync(project.path('goldens'), clone.path('goldens'), { recursive: true });
  for (const folder of ['prompts', 'pomlruns', 'goldens']) rmSync(project.path(folder), { recursive: true });
  const { output, code } = await runVitest(clone);
  expect(output).toMatch(/Tests +4 passed \(4\)/);
  expect(code).toBe(0);
  const bytes = [...clone.snapshot('goldens')].flat().join('\n');
  expect(bytes).not.toMatch(/Ann Smith|ann\.smith|firm\.de/i);
  expect(clone.read(`${GOLDENS}/0004.mail.result.txt`)).toContain('Write to user1@example.com (name-1).');

  documented('golden', clone.read(`${GOLDENS}/0001.greet.golden.json`));

  // An engine or a golden that changes still turns it red.
  clone.edit(`${GOLDENS}/0001.greet.result.json`, 'kind', 'unkind');
  expect((await runVitest(clone)).code).toBe(1);
});

test('a second run writes nothing, another golden stays unless forced, and a plan can be seen first', async () => {
  const project = deskWithMail();
  const capture = (...more: string[]) => runCli(project, ['capture', 'pomlruns', '--to', 'goldens', ...more]);
  const plan = await capture('--dry-run');
  expect(plan.stdout).toContain('4 calls: 4 would be written\nNothing was written (--dry-run).');
  expect(plan.code).toBe(0);
  expect(readdirSync(project.dir)).not.toContain('goldens');

  await capture();
  const first = project.snapshot('goldens');
  const again = await capture();
  expect(again.stdout).toContain('4 calls: 4 unchanged');
  expect(again.code).toBe(0);
  expect(project.snapshot('goldens')).toEqual(first);

  project.edit(`${GOLDENS}/0002.bye.result.txt`, 'Bob', 'Bobby');
  const kept = await capture();
  expect(kept.stdout).toContain('! 0002.bye  another golden is there (.result.txt): --force replaces it');
  expect(kept.code).toBe(1);
  const json = documented('capture', (await capture('--json')).stdout);
  expect(json).toMatchObject({ version: 1, dryRun: false, leftOut: [], removed: [] });
  expect(json.goldens[1]).toMatchObject({
    trace: '0002.bye',
    golden: `${GOLDENS}/0002.bye`,
    action: 'different',
    differs: ['.result.txt'],
  });
  expect((await capture('--force')).stdout).toContain('1 replaced, 3 unchanged');
  expect(project.snapshot('goldens')).toEqual(first);
});

test('few calls are kept where they show all, and it is said what is left out and why', async () => {
  const project = createProject(desk());
  const run = (...more: string[]) =>
    runCli(project, ['capture', SESSION, '--to', 'goldens', '--dry-run', ...more]);
  const distinct = await run('--select', 'distinct');
  expect(distinct.stdout).toContain('- 0003.greet  of the shape of 0001.greet');
  expect(distinct.stdout).toContain('3 calls: 2 would be written, 1 left out');
  expect((await run('--select', 'coverage', '--limit', '1')).stdout).toContain('over the limit of 1');
});

test('single traces are captured by name, and misuse is told with a mend', async () => {
  const project = deskWithMail();
  const one = await runCli(project, ['capture', `${SESSION}/0001.greet`, '--to', 'goldens']);
  expect(one.stdout).toContain('1 call: 1 written');
  const wrong = async (...args: string[]) => {
    const { stderr, code } = await runCli(project, ['capture', ...args]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await wrong(SESSION)).toContain('--to goldens');
  expect(await wrong('--to', 'x')).toContain('Name sessions or traces');
  expect(await wrong('pomlrun', '--to', 'x')).toMatch(/pomlrun/);
  expect(await wrong(SESSION, '--to', 'x', '--redact', 'emial')).toContain('Did you mean email?');
  expect(await wrong(SESSION, '--to', 'x', '--redact', '$.user.mail')).toContain(
    'The path $.user.mail names nothing',
  );
  expect(await wrong(SESSION, '--to', 'x', '--redact', '$.user[')).toContain('The path "$.user["');
  expect(await wrong(SESSION, '--to', 'x', '--select', 'best')).toContain(
    '--select takes coverage or distinct',
  );
  expect(await wrong(SESSION, '--to', 'x', '--limit', '0')).toContain('--limit takes a number');
});

test('scan tells place, detector and a masked value, and lets harmless values pass', async () => {
  const project = deskWithMail();
  const found = await runCli(project, ['scan']);
  expect(found.stdout).toMatch(
    new RegExp(`${SESSION}/0004\\.mail\\.context\\.json:4:15 {2}email {2}an…de\n`),
  );
  expect(found.stdout).toContain('4 findings in 4 files');
  expect(found.stdout).not.toContain('ann.smith');
  expect(found.code).toBe(1);
  const json = documented('scan', (await runCli(project, ['scan', 'pomlruns', '--json'])).stdout);
  expect(json).toMatchObject({
    version: 1,
    findings: [{ detector: 'email', line: 4, column: 15, masked: 'an…de' }, {}, {}, {}],
  });
  expect((await runCli(project, ['scan', '--detect', 'iban,key'])).code).toBe(0);
  project.write('.vitest-poml-allow', '/.*@firm\\.de/\n');
  expect((await runCli(project, ['scan'])).stdout).toMatch(/Nothing found in \d+ files\./);
  expect((await runCli(project, ['scan', 'nowhere'])).stderr).toContain(
    'There is no file or folder nowhere.',
  );
});

test('what-if: a recorded call with something changed, against its recording', async () => {
  const project = deskWithMail();
  const render = (...args: string[]) => runCli(project, ['render', ...args]);
  const changed = await render(`${SESSION}/0001.greet`, '--set', 'name=Zoe');
  expect(changed.stdout).toMatch(/- Hello Ann, be kind\.[\s\S]*\+ Hello Zoe, be kind\./);
  expect(changed.code).toBe(1);
  const same = await render(`${SESSION}/0001.greet`, '--set', 'unused=1');
  expect(same.stdout).toContain('It renders as it was recorded.');
  expect(same.code).toBe(0);
  const text = await render(`${SESSION}/0001.greet`, '--set', 'name=Zoe', '--text');
  expect([text.code, text.stdout]).toEqual([0, '===== human =====\n\nHello Zoe, be kind.\n']);
  project.write('other.poml', '<p>Hi {{ name }}!</p>');
  expect((await render(`${SESSION}/0001.greet`, '--prompt', 'other.poml', '--json')).stdout).toContain(
    'Hi Ann!',
  );
  project.write('context.json', '{ "user": { "name": "Kim", "email": "k@x.test" } }');
  expect((await render('prompts/mail.poml', '--context', 'context.json')).stdout).toContain(
    'Write to k@x.test (Kim).',
  );
  project.write('style.json', '{ "p": { "syntax": "xml" } }');
  const styled = documented(
    'render',
    (await render(`${SESSION}/0004.mail`, '--stylesheet', 'style.json', '--diff', '--json')).stdout,
  );
  expect(styled).toMatchObject({ version: 1, status: expect.stringMatching(/same|changed/) });
  expect((await render('prompts/mail.poml', '--diff')).stderr).toContain('name a trace');
  expect((await render(`${SESSION}/0001.greet`, '--set', '__proto__.x=1')).code).toBe(2);
  expect((await render(`${SESSION}/0001.greet`, '--context', 'gone.json')).stderr).toContain('gone.json');
});

test('what-if in a test: the variant has a golden of its own and leaves the recording alone', async () => {
  const project = createProject({
    ...desk(),
    'vitest.config.ts': CONFIG,
    'what-if.test.ts': `import { expect, test } from 'vitest';
import { loadTrace } from 'vitest-poml';
const trace = loadTrace('${SESSION}/0001.greet');
test('another name', async () => {
  await expect(trace.with({ context: { name: 'Zoe' } })).toRenderText('Hello Zoe, be kind.');
  await expect(trace.with({ context: { name: 'Zoe' } })).toRenderLike();
  await expect(trace.with({ prompt: '<p>Hello {{ name }}, be kind.</p>' })).toRenderLike(trace);
  await expect(trace.with({ context: { name: 'Zoe' } })).not.toRenderLike(trace);
});
`,
  });
  const recorded = project.snapshot('pomlruns');
  const { output, code } = await runVitest(project, ['run', '--update', 'what-if']);
  expect(output).toMatch(/1 written/);
  expect(code).toBe(0);
  expect(project.snapshot('pomlruns')).toEqual(recorded);
  const golden = readdirSync(project.path('__goldens__/what-if.test.ts')).filter((name) =>
    name.endsWith('.result.txt'),
  );
  expect(golden.map((name) => project.read(path.join('__goldens__/what-if.test.ts', name)))).toEqual([
    '===== human =====\n\nHello Zoe, be kind.',
  ]);
});
