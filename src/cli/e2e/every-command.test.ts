import { rmSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { config, desk, SESSION, trace } from '../../e2e/desk.ts';
import { filesOf, putBack } from '../../e2e/killing/kill.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { type Result, runCli, runVitest } from '../../e2e/run.ts';
import { openCli, whyNoTerminal } from '../../e2e/terminal.ts';
import { testServer } from '../../telemetry/testing/tools.ts';
import { COMMANDS } from '../commands/index.ts';
import { documented } from './schemas.ts';

/** One way of calling a command. */
interface Call {
  args: string[];
  code: number;
  /** Its schema in docs/, where it prints JSON. */
  schema?: string;
  /** What a terminal asks for, and what is pressed then: only a terminal asks. */
  keys?: [asked: RegExp, key: string];
  /** It is plain on a terminal too: its output is the prompt, a file, or a line. */
  plain?: true;
}

const MAIL = '<poml><p>Write to {{ email }} today, {{ new Date().getFullYear() }}.</p></poml>\n';
const OTHER = 'pomlruns/20261122000000000000';
const CALLS: Call[] = [
  { args: ['init'], code: 0, keys: [/\[Y\/n\]/, 'n\r'] },
  { args: ['render', `${SESSION}/0001.greet`], code: 0, plain: true },
  { args: ['render', `${SESSION}/0001.greet`, '--set', 'name=Eve'], code: 1 },
  { args: ['render', `${SESSION}/0001.greet`, '--json'], code: 0, schema: 'result' },
  { args: ['render', `${SESSION}/0001.greet`, '--diff', '--json'], code: 1, schema: 'render' },
  { args: ['capture', 'pomlruns', '--to', 'goldens', '--redact', 'email'], code: 1 },
  {
    args: ['capture', 'pomlruns', '--to', 'goldens', '--select', 'coverage', '--json'],
    code: 0,
    schema: 'capture',
  },
  { args: ['scan', 'pomlruns'], code: 1 },
  { args: ['scan', 'pomlruns', '--json'], code: 1, schema: 'scan' },
  { args: ['diff', SESSION, OTHER], code: 1 },
  { args: ['diff', SESSION, OTHER, '--json'], code: 1, schema: 'diff' },
  { args: ['diff', 'prompts', 'before', '--sessions', 'pomlruns'], code: 1 },
  { args: ['diff', 'prompts', 'before', '--sessions', 'pomlruns', '--json'], code: 1, schema: 'diff' },
  { args: ['check', 'pomlruns'], code: 1 },
  { args: ['check', 'pomlruns', '--json'], code: 1, schema: 'check' },
  { args: ['coverage', 'pomlruns'], code: 0 },
  { args: ['coverage', 'pomlruns', '--json'], code: 0, schema: 'report#/$defs/coverage' },
  { args: ['report'], code: 0 },
  { args: ['report', '--format', 'json'], code: 0, schema: 'report' },
  { args: ['report', '--format', 'markdown'], code: 0, plain: true },
  { args: ['pull', 'export.json', '--to', 'pulled'], code: 0, plain: true },
  { args: ['pull', 'export.json', '--to', 'pulled', '--json'], code: 0, schema: 'pull' },
  { args: ['push'], code: 1, plain: true },
  { args: ['push', '--json'], code: 1, schema: 'push' },
  { args: ['review'], code: 1, keys: [/\? help/, 'q'] },
  { args: ['review', '--json'], code: 1, schema: 'pending' },
  { args: ['accept', 'greet'], code: 0 },
  { args: ['accept', 'greet', '--json'], code: 0, schema: 'pending' },
  { args: ['reject', '--all'], code: 0 },
  { args: ['reject', '--all', '--json'], code: 0, schema: 'pending' },
  { args: ['pending'], code: 1 },
  { args: ['pending', '--json'], code: 1, schema: 'pending' },
];

const isInstalled = (file: string) => file.startsWith('node_modules');

/** A project in which every command has something to do, and the environment that it does it in. */
async function busyProject(): Promise<{ project: Project; env: NodeJS.ProcessEnv; restore: () => void }> {
  const agentops = await testServer();
  const project = createProject({
    ...desk(),
    'vitest.config.ts': config(
      "{ sessions: 'pomlruns/*' }",
      "{ reporters: ['default', ['vitest-poml/agentops', { content: 'all', when: 'always' }]] }",
    ),
    'prompts/mail.poml': MAIL,
    'before/greet.poml': '<poml><p>Hello {{ name }}, be kind!</p></poml>',
    ...trace('0004.mail', MAIL, { email: 'ann.smith@firm.de' }, 'Write to ann.smith@firm.de today, 2026.'),
    ...trace('0001.greet', '<p>hi</p>', { name: 'Ann' }, 'Hello Ann, be  kind.', OTHER),
  });
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(project, ['run'], agentops.env);
  project.write('export.json', agentops.exported(agentops.spans[0]?.traceId ?? ''));
  // What cannot be delivered waits to be pushed.
  agentops.fault('collector', { status: 500 });
  await runVitest(project, ['run'], agentops.env);
  // Without a config the commands need not load Vitest, and start in no time.
  project.remove('vitest.config.ts');
  const files = filesOf(project.dir, isInstalled);
  const restore = () => {
    putBack(project.dir, files, isInstalled);
    rmSync(project.path('pulled'), { recursive: true, force: true });
  };
  return { project, env: agentops.env, restore };
}

const named = ({ args }: Call) => args.join(' ');
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const COLOUR = /\u001b\[[\d;]*m/;
/** What is printed, whatever the order of the two streams, without what differs from run to run. */
const lines = (text: string) =>
  stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(/\d+(?:\.\d+)? m?s\b/g, '… s')
    .replace(/"startedAt": .*/, '"startedAt": …')
    .split('\n')
    .filter((line) => line !== '')
    .sort();

test('every command is called here, and with each form of JSON that it prints', async () => {
  const called = new Set(CALLS.map(({ args }) => args[0]));
  expect([...called].sort()).toEqual(Object.keys(COMMANDS).sort());
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { options } = await load();
    const tested = CALLS.some(({ args, schema }) => args[0] === name && args.includes('--json') && schema);
    expect([name, tested]).toEqual([name, 'json' in options]);
  }
});

test('without a terminal every command ends by itself, in no colour, and its JSON is as documented', async () => {
  const { project, env, restore } = await busyProject();
  for (const call of CALLS) {
    restore();
    const result = await runCli(project, call.args, { ...env, NO_COLOR: '' });
    expect([named(call), result.code], result.output).toEqual([named(call), call.code]);
    expect(result.stdout + result.stderr, named(call)).not.toContain('\u001b');
    if (call.schema !== undefined) documented(call.schema, result.stdout);
    else expect(result.stdout, named(call)).not.toBe('');
  }
}, 300_000);

describe.skipIf(whyNoTerminal())('on a terminal', () => {
  /** Calls a command on a terminal and presses what it asks for. */
  async function onTerminal(project: Project, { args, keys }: Call, env: NodeJS.ProcessEnv) {
    const terminal = openCli(project, args, env);
    if (keys) {
      await terminal.until(keys[0]);
      terminal.press(keys[1]);
    }
    return { code: await terminal.ended(), output: terminal.output() };
  }

  test('every command does the same, in colour unless NO_COLOR is set; only review and init ask', async () => {
    const { project, env, restore } = await busyProject();
    for (const call of CALLS) {
      const name = named(call);
      restore();
      const without: Result = await runCli(project, call.args, env);
      restore();
      const seen = await onTerminal(project, call, { ...env, NO_COLOR: '' });
      expect([name, seen.code], seen.output).toEqual([name, call.code]);
      const isPlain = call.plain === true || call.schema !== undefined;
      expect([name, COLOUR.test(seen.output)], seen.output).toEqual([name, !isPlain]);
      let plain = seen;
      if (!isPlain) {
        restore();
        plain = await onTerminal(project, call, { ...env, NO_COLOR: '1' });
        expect([name, plain.code], plain.output).toEqual([name, call.code]);
        expect([name, COLOUR.test(plain.output)]).toEqual([name, false]);
      }
      if (!call.keys) expect([name, ...lines(plain.output)]).toEqual([name, ...lines(without.output)]);
    }
  }, 300_000);
});
