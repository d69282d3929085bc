import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { config } from '../../e2e/desk.ts';
import { createProject } from '../../e2e/project.ts';
import { runProgram, runVitest } from '../../e2e/run.ts';

const APPLICATION = `
import { poml, setTrace, startSession, traceArtifact } from 'vitest-poml/trace';
if (process.argv[2] === 'set') console.log(setTrace('local', { traceDir: 'pomlruns' }));
const session = startSession('desk');
const params = await poml('prompts/triage.poml', { context: { ticket: 'The brake is loose.' }, format: 'openai_chat' });
traceArtifact('.reply.txt', 'Off with it.', { of: params });
await poml('<p>Is {{ what }} urgent?</p>', { context: { what: 'it' } });
await poml('prompts/triage.poml').catch((error) => console.log(error.message.split('\\n')[0]));
session.end();
console.log(params.messages[0].role);
`;

function project() {
  return createProject({
    'app.mjs': APPLICATION,
    'prompts/triage.poml': '<poml><task>Triage.</task><p>{{ ticket }}</p></poml>\n',
    'vitest.config.ts': config("{ sessions: 'pomlruns/*' }"),
  });
}

test('what an application records is tested as it is, and a changed prompt is seen', async () => {
  const made = project();
  const app = await runProgram(made, '../app.mjs', ['set']);
  expect(app).toMatchObject({ code: 0, stderr: '' });
  expect(app.stdout.split('\n')).toEqual([
    expect.stringMatching(/pomlruns\/\d{20}$/),
    expect.stringMatching(/prompts\/triage\.poml:1:30: ticket is not defined: add it to the context/),
    'user',
    '',
  ]);
  const [session] = readdirSync(made.path('pomlruns'));
  expect(made.read(`pomlruns/${session}/0001.triage.reply.txt`)).toBe('Off with it.');

  const same = await runVitest(made);
  expect(same.output).toMatch(/Tests +3 passed \(3\)/);
  expect(same.code).toBe(0);
  made.edit('prompts/triage.poml', 'Triage.', 'Triage it.');
  const changed = await runVitest(made);
  expect(changed.output).toMatch(/Tests +2 failed \| 1 passed \(3\)/);
});

test('POML_TRACE records an application that says nothing of it, and goes on with its session', async () => {
  const made = project();
  const env = { POML_TRACE: 'pomlruns/nightly' };
  for (let run = 0; run < 2; run++)
    expect(await runProgram(made, '../app.mjs', [], env)).toMatchObject({ code: 0, stderr: '' });
  const names = readdirSync(made.path('pomlruns/nightly')).filter((file) => file.endsWith('.result.txt'));
  expect(names.map((name) => name.replace(/tmp\w{8}/, 'tmp'))).toEqual([
    '0001.triage.result.txt',
    '0002.tmp.result.txt',
    '0003.triage.result.txt',
    '0004.triage.result.txt',
    '0005.tmp.result.txt',
    '0006.triage.result.txt',
  ]);
  expect((await runVitest(made)).output).toMatch(/Tests +6 passed \(6\)/);
});
