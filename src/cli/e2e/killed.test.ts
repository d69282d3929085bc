import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { desk, SESSION } from '../../e2e/desk.ts';
import { countChanges, filesOf, killAt, killCount, putBack, sequence } from '../../e2e/killing/kill.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { environment, NODE, runCli, runVitest, VITEST } from '../../e2e/run.ts';
import { writeScript } from '../../e2e/script.ts';

/** What is no part of the goldens. */
const isApart = (file: string) => file.startsWith('node_modules') || file.startsWith('.vitest-poml');
const isInstalled = (file: string) => file.startsWith('node_modules');

/** What an update run does in a worker, with the code of the package and without Vitest. */
const UPDATE_SCRIPT = `import { evaluate } from './golden/evaluate.ts';
import { evaluateOptions } from './matchers/evaluation.ts';
import { resolveSettings } from './project/settings.ts';
import { makeTools } from './project/tools.ts';
import { loadSession } from './trace/session.ts';

const settings = resolveSettings({}, process.cwd());
const options = { ...evaluateOptions({ settings, testFile: undefined }), update: 'all' };
const tools = makeTools(settings);
for (const trace of loadSession(${JSON.stringify(SESSION)}).traces) await evaluate(trace, undefined, options, tools);
`;

/** Something that changes goldens. */
interface Scenario {
  name: string;
  /** Makes what it starts from, in the desk after a run that found two goldens changed. */
  prepare?: (project: Project) => Promise<unknown>;
  /** The program and its arguments. */
  args: (project: Project) => string[];
  /** All goldens are old or new together. */
  together?: boolean;
}

const cli =
  (...args: string[]) =>
  (project: Project) => [project.path('node_modules/vitest-poml/dist/cli/main.js'), ...args];
const TO = ['capture', SESSION, '--to', 'goldens'];
const captureFirst =
  (...more: string[]) =>
  async (project: Project) =>
    expect(
      (await runCli(project, ['capture', `${SESSION}/0001.greet`, '--to', 'goldens', ...more])).code,
    ).toBe(0);

/** A trace as AgentOps exports it. */
const EXPORTED = JSON.stringify({
  trace: null,
  spans: ['Ann', 'Cy'].map((name, i) => ({
    trace_id: '5b8efff798038103d269b633813fc60c',
    span_id: `000000000000000${i}`,
    span_name: 'poml.task',
    start_time: `2026-11-21T04:35:5${i}.867616+00:00`,
    status_code: 'OK',
    span_attributes: {
      'agentops.task.input': JSON.stringify({ args: ['prompts/greet.poml', { name }, null], kwargs: {} }),
      'agentops.task.output': JSON.stringify({ messages: [{ speaker: 'human', content: `Hi ${name}` }] }),
    },
  })),
});

const SCENARIOS: Scenario[] = [
  { name: 'accept', args: cli('accept', '--all') },
  { name: 'accept of a class', args: cli('accept', '--class', 'wording') },
  { name: 'update', args: (project) => [project.path('update.mjs')] },
  { name: 'capture', args: cli(...TO), together: true },
  { name: 'capture that adds to a session', prepare: captureFirst(), args: cli(...TO), together: true },
  {
    name: 'capture that replaces',
    // A file of the golden that is there goes.
    prepare: async (project) => {
      const stylesheet = `${SESSION}/0001.greet.stylesheet.json`;
      project.write(stylesheet, '{ "cp": {} }');
      await captureFirst()(project);
      project.remove(stylesheet);
    },
    args: cli(...TO, '--redact', '$.name', '--force'),
    together: true,
  },
  {
    name: 'pull that replaces',
    prepare: async (project) => {
      project.write('export.json', EXPORTED);
      await runCli(project, ['pull', 'export.json', '--to', 'goldens']);
      const [folder] = project.list('goldens');
      project.write(`goldens/${folder}/0001.greet.context.json`, 'changed');
      project.write(`goldens/${folder}/0002.bye.poml`, 'put in');
    },
    args: cli('pull', 'export.json', '--to', 'goldens', '--force'),
    together: true,
  },
];

interface State {
  project: Project;
  /** The files before anything was written, with what is pending, and the goldens after all was. */
  old: Map<string, string>;
  updated: Map<string, string>;
}

/** A project after a run that found two goldens changed, made ready for a scenario. */
async function ready({ prepare, args }: Pick<Scenario, 'prepare' | 'args'>): Promise<State> {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(project);
  // Without a config the commands need not load Vitest, and start in no time.
  project.remove('vitest.config.ts');
  writeScript(project, 'update.mjs', UPDATE_SCRIPT);
  await prepare?.(project);
  const old = filesOf(project.dir, isInstalled);
  await countChanges({ dir: project.dir, args: args(project) });
  const updated = filesOf(project.dir, isApart);
  expect([...updated]).not.toEqual([...old].filter(([file]) => !isApart(file)));
  putBack(project.dir, old, isInstalled);
  return { project, old, updated };
}

/** The files of each golden by its folder and name, everything else by its own name. */
function goldensOf(files: ReadonlyMap<string, string>): Map<string, string> {
  const goldens = new Map<string, string>();
  for (const [file, text] of [...files].sort()) {
    if (isApart(file)) continue;
    const id = /^(?:goldens|pomlruns)[\\/].*[\\/]\d{4}\.[a-z]+/.exec(file)?.[0] ?? file;
    goldens.set(id, `${goldens.get(id) ?? ''}${file}\n${text}\n`);
  }
  return goldens;
}

/** Proves that each golden is old or new as a whole, and that nothing else is there. */
function proveWhole({ project, old, updated }: State, when: string, together = false): void {
  const [now, before, after] = [filesOf(project.dir, isApart), old, updated].map(goldensOf);
  const of = (goldens: Map<string, string> | undefined) => JSON.stringify([...(goldens ?? [])].sort());
  if (together) expect([of(before) === of(now), of(after) === of(now)], when).toContain(true);
  for (const id of new Set([...now!.keys(), ...before!.keys(), ...after!.keys()]))
    expect([before!.get(id), after!.get(id)], `${id} ${when}`).toContain(now!.get(id));
}

test.each(SCENARIOS)(
  'a killed $name leaves each golden old or new, and nothing that the next command does not clean',
  async ({ together, ...scenario }) => {
    const the = await ready(scenario);
    const { project, old, updated } = the;
    const program = { dir: project.dir, args: scenario.args(project) };
    const changes = await countChanges(program);
    expect(changes).toBeGreaterThan(15);
    const random = sequence(7);
    for (let kill = 0; kill < killCount(6); kill++) {
      putBack(project.dir, old, isInstalled);
      const when = await killAt(program, 1 + random(changes), kill);
      // Whatever is read before the next run is whole, file by file.
      for (const [file, text] of filesOf(project.dir, isApart))
        if (updated.has(file)) expect([old.get(file), updated.get(file)], `${file} ${when}`).toContain(text);
      const next = await runCli(project, ['pending', '--json']);
      expect(next.code, next.stderr).toBeLessThan(2);
      proveWhole(the, when, together);
      const state = [...filesOf(project.path('.vitest-poml')).keys()];
      expect(
        state.filter((file) => !KEPT.test(file)),
        when,
      ).toEqual([]);
      // What was not written can be written still.
      await countChanges(program);
      expect(filesOf(project.dir, isApart), when).toEqual(updated);
    }
  },
  3_600_000,
);

test('a capture that is interrupted in a project with a config ends by the signal and leaves nothing half', async () => {
  const project = createProject(desk());
  const args = cli(...TO)(project);
  const program = { dir: project.dir, args };
  const old = filesOf(project.dir, isInstalled);
  const changes = await countChanges(program);
  const captured = filesOf(project.dir, isApart);
  const random = sequence(13);
  // Vitest, which reads the config, has handlers of its own.
  for (let kill = 0; kill < killCount(3); kill++) {
    putBack(project.dir, old, isInstalled);
    const when = await killAt(program, 1 + random(changes), kill);
    const next = await runCli(project, [...TO]);
    expect(next.code, `${when} ${next.stderr}`).toBe(0);
    expect(filesOf(project.dir, isApart), when).toEqual(captured);
  }
}, 3_600_000);

/** What a run leaves in the state folder on purpose. */
const KEPT = /^(?:\.gitignore|run\.json|report\.html|pending[\\/][0-9a-f]{32}\.jsonl)$/;

/** A project of which an update changes two goldens, and removes one with its test and an asset that no golden names. */
async function outdated(): Promise<State> {
  const project = createProject({
    ...desk(),
    'src/call.test.ts': `import { test, expect } from 'vitest';
test('stays', () => expect({ prompt: '<p>a</p>' }).toRenderLike());
test('goes', () => expect({ prompt: '<p>b</p>' }).toRenderLike());
`,
    [`${SESSION}/assets/${'0'.repeat(64)}.txt`]: 'no golden names it',
  });
  await runVitest(project, ['run', '--update']);
  project.write(`${SESSION}/assets/${'0'.repeat(64)}.txt`, 'no golden names it');
  project.edit('src/call.test.ts', "test('goes'", "// test('goes'");
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  const old = filesOf(project.dir, isInstalled);
  await runVitest(project, ['run', '--update']);
  const updated = filesOf(project.dir, isApart);
  expect([...old.keys()].filter((file) => !isApart(file) && !updated.has(file))).toHaveLength(4);
  putBack(project.dir, old, isInstalled);
  return { project, old, updated };
}

test('a killed update run leaves each golden old or new, and nothing that the next run does not clean', async () => {
  const the = await outdated();
  const { project, old } = the;
  const start = Date.now();
  await runVitest(project, ['run', '--update']);
  const whole = Date.now() - start;
  const random = sequence(11);
  for (let kill = 0; kill < Math.ceil(killCount(12) / 4); kill++) {
    putBack(project.dir, old, isInstalled);
    // The goldens are written in the last part of a run; before that nothing can go wrong.
    const signal = SIGNALS[kill % SIGNALS.length]!;
    await endedAfter(project, whole / 2 + random(Math.ceil(whole / 2)), signal);
    const { output } = await runVitest(project);
    expect(output).toMatch(/Tests +(?:2 failed \| 2 passed|1 failed \| 3 passed|4 passed)/);
    proveWhole(the, `${signal} ${kill}`);
  }
}, 3_600_000);

const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;

/** Runs an update and sends it, and all its workers, a signal. */
async function endedAfter(project: Project, milliseconds: number, signal: NodeJS.Signals): Promise<void> {
  const child = spawn(NODE, [VITEST, 'run', '--update'], {
    cwd: project.dir,
    env: environment({}),
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const timer = setTimeout(() => process.kill(-child.pid!, signal), milliseconds);
  await ended;
  clearTimeout(timer);
}
