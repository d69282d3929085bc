import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { desk, SESSION } from '../../e2e/desk.ts';
import { countChanges, filesOf, killAt, killCount, putBack, sequence } from '../../e2e/killing/kill.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { environment, NODE, runCli, runVitest, VITEST } from '../../e2e/run.ts';

/** What is no part of the goldens. */
const isApart = (file: string) => file.startsWith('node_modules') || file.startsWith('.vitest-poml');
const isInstalled = (file: string) => file.startsWith('node_modules');
const IDS = ['0001.greet', '0003.greet'];

/** What an update run does in a worker, with the code of the package and without Vitest. */
function updateScript(project: Project): string {
  const module = (file: string) =>
    JSON.stringify(pathToFileURL(project.path(`node_modules/vitest-poml/dist/${file}`)).href);
  return `import { evaluate } from ${module('golden/evaluate.js')};
import { evaluateOptions } from ${module('matchers/evaluation.js')};
import { resolveSettings } from ${module('project/settings.js')};
import { makeTools } from ${module('project/tools.js')};
import { loadSession } from ${module('trace/session.js')};

const settings = resolveSettings({}, process.cwd());
const options = { ...evaluateOptions({ settings, testFile: undefined }), update: 'all' };
const tools = makeTools(settings);
for (const trace of loadSession(${JSON.stringify(SESSION)}).traces) await evaluate(trace, undefined, options, tools);
`;
}

interface Changed {
  project: Project;
  /** The files before anything was accepted, with what is pending, and the goldens after all was. */
  old: Map<string, string>;
  updated: Map<string, string>;
}

/** A project after a run that found two goldens changed. */
async function changed(more: (project: Project) => void = () => {}): Promise<Changed> {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(project);
  more(project);
  const old = filesOf(project.dir, isInstalled);
  await runCli(project, ['accept', '--all']);
  const updated = filesOf(project.dir, isApart);
  putBack(project.dir, old, isInstalled);
  return { project, old, updated };
}

/** Proves that each golden is old or new as a whole, and that nothing else is there. */
function proveWhole({ project, old, updated }: Changed, when: string): void {
  const now = filesOf(project.dir, isApart);
  expect([...now.keys()].sort(), when).toEqual([...updated.keys()].sort());
  for (const id of IDS) {
    const states = new Set(
      ['poml', 'result.json', 'result.txt'].map((suffix) => {
        const file = path.join(SESSION, `${id}.${suffix}`);
        return now.get(file) === old.get(file) ? 'old' : now.get(file) === updated.get(file) ? 'new' : 'half';
      }),
    );
    expect([...states], `${id} ${when}`).toHaveLength(1);
    expect([...states], `${id} ${when}`).not.toContain('half');
  }
}

test.each([
  [
    'accept',
    (project: Project) => [project.path('node_modules/vitest-poml/dist/cli/main.js'), 'accept', '--all'],
  ],
  ['update', (project: Project) => [project.path('update.mjs')]],
])(
  'a killed %s leaves each golden old or new, and nothing that the next command does not clean',
  async (_, argsOf) => {
    const the = await changed((project) => {
      // Without a config the commands need not load Vitest, and start in no time.
      project.remove('vitest.config.ts');
      project.write('update.mjs', updateScript(project));
    });
    const { project, old, updated } = the;
    const program = { dir: project.dir, args: argsOf(project) };
    // The first time it also makes folders that are there from then on.
    await countChanges(program);
    putBack(project.dir, old, isInstalled);
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
      proveWhole(the, when);
      const state = [...filesOf(project.path('.vitest-poml')).keys()];
      expect(
        state.filter((file) => !KEPT.test(file)),
        when,
      ).toEqual([]);
      // What was not accepted can be accepted still.
      const again = await runCli(project, ['accept', '--all']);
      expect(again.code, again.stderr).toBe(0);
      expect(filesOf(project.dir, isApart), when).toEqual(updated);
    }
  },
  3_600_000,
);

/** What a run leaves in the state folder on purpose. */
const KEPT = /^(?:\.gitignore|run\.json|report\.html|pending[\\/][0-9a-f]{32}\.jsonl)$/;

test('a killed update run leaves each golden old or new, and nothing that the next run does not clean', async () => {
  const the = await changed();
  const { project, old } = the;
  const start = Date.now();
  await runVitest(project, ['run', '--update']);
  const whole = Date.now() - start;
  const random = sequence(11);
  for (let kill = 0; kill < Math.ceil(killCount(4) / 4); kill++) {
    putBack(project.dir, old, isInstalled);
    // The goldens are written in the last part of a run; before that nothing can go wrong.
    await killedAfter(project, whole / 2 + random(Math.ceil(whole / 2)));
    const { output } = await runVitest(project);
    expect(output).toMatch(/Tests +(?:2 failed \| 1 passed|1 failed \| 2 passed|3 passed)/);
    proveWhole(the, `kill ${kill}`);
  }
}, 3_600_000);

/** Runs an update and kills it with all its workers. */
async function killedAfter(project: Project, milliseconds: number): Promise<void> {
  const child = spawn(NODE, [VITEST, 'run', '--update'], {
    cwd: project.dir,
    env: environment({}),
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), milliseconds);
  await ended;
  clearTimeout(timer);
}
