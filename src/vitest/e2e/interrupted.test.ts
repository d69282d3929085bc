import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { config, desk } from '../../e2e/desk.ts';
import { countChanges, filesOf, killAt, killCount, putBack, sequence } from '../../e2e/killing/kill.ts';
import { createProject, type Project } from '../../e2e/project.ts';
import { environment, NODE, runCli, runVitest, VITEST } from '../../e2e/run.ts';
import { writeScript } from '../../e2e/script.ts';
import { parseEntry } from '../../telemetry/spool/entry.ts';
import { waiting } from '../../telemetry/spool/spool.ts';
import type { AgentOpsServer } from '../../telemetry/testing/server.ts';
import { testServer } from '../../telemetry/testing/tools.ts';
import { changedProject, spoolOf } from './posting/posted.ts';

const REPORTS = ['html', 'markdown', 'junit', 'sarif', 'json'];
const isInstalled = (file: string) => file.startsWith('node_modules');
const isTemp = (file: string) => path.basename(file).startsWith('.vitest-poml-');

/** Writes all reports anew from the model of the last run, with the code of the package and without Vitest. */
const REPORT_SCRIPT = `import { readFileSync, writeFileSync } from 'node:fs';
import { writeReports } from './project/reports.ts';

const model = JSON.parse(readFileSync('run.json', 'utf8'));
const reports = [${REPORTS.map((name) => `['${name}', { file: 'reports/${name}' }]`).join(', ')}, 'html'];
const { failed } = writeReports(model, reports, { root: process.cwd(), env: {} });
if (failed.length > 0) throw new Error(failed.join());
`;

test('reports whose writing is killed at any moment are old or new as a whole, and nothing is left behind', async () => {
  const project = createProject(desk());
  project.edit('prompts/greet.poml', 'Hello', 'Hi');
  await runVitest(project);
  project.write('run.json', project.read('.vitest-poml/run.json'));
  writeScript(project, 'report.mjs', REPORT_SCRIPT);
  const program = { dir: project.dir, args: [project.path('report.mjs')] };
  await countChanges(program);
  const old = filesOf(project.dir, isInstalled);
  // Another run: the same files with something else in them.
  project.write('run.json', project.read('run.json').replaceAll(/greet|became/g, 'other'));
  old.set('run.json', readFileSync(project.path('run.json'), 'latin1'));
  const changes = await countChanges(program);
  const updated = filesOf(project.dir, isInstalled);
  expect(changes).toBeGreaterThan(20);
  for (const name of REPORTS)
    expect(updated.get(`reports/${name}`), name).not.toBe(old.get(`reports/${name}`));

  const random = sequence(3);
  for (let kill = 0; kill < killCount(9); kill++) {
    putBack(project.dir, old, isInstalled);
    const when = await killAt(program, 1 + random(changes), kill);
    for (const [file, text] of filesOf(project.dir, isInstalled))
      if (!isTemp(file)) expect([old.get(file), updated.get(file)], `${file} ${when}`).toContain(text);
    await countChanges(program);
    expect(filesOf(project.dir, isInstalled), when).toEqual(updated);
  }
}, 3_600_000);

/** Puts three entries into the spool, as a run does that could not send. */
function spoolScript(project: Project, entries: readonly string[]): string {
  return `import { keep } from './telemetry/spool/spool.ts';
import { parseEntry } from './telemetry/spool/entry.ts';

for (const text of ${JSON.stringify(entries)}) keep(${JSON.stringify(spoolOf(project))}, parseEntry(text));
`;
}

/** A project with one run of six spans in its spool, as text. */
async function projectWithSpool(agentops: AgentOpsServer): Promise<{ project: Project; entry: string }> {
  agentops.fault('collector', { status: 500 });
  const project = changedProject();
  await runVitest(project, ['run'], { ...agentops.env, CI: '1' });
  const [name] = waiting(spoolOf(project));
  agentops.mend();
  return { project, entry: readFileSync(path.join(spoolOf(project), name ?? ''), 'utf8') };
}

/** The same entry with spans of its own. */
function another(entry: string, digit: number): string {
  return entry.replace(/"spanId":"../g, `"spanId":"${digit}${digit}`);
}

const spanIds = (text: string) => [...text.matchAll(/"spanId":"([0-9a-f]+)"/g)].map(([, id]) => id);

test('a spool whose writing is killed at any moment holds whole entries only, which are sent, and nothing else stays', async () => {
  const agentops = await testServer();
  const { project, entry } = await projectWithSpool(agentops);
  const entries = [another(entry, 1), another(entry, 2), another(entry, 3)];
  writeScript(project, 'spool.mjs', spoolScript(project, entries));
  project.remove('.vitest-poml/spool');
  const program = { dir: project.dir, args: [project.path('spool.mjs')] };
  const changes = await countChanges(program);
  expect(changes).toBeGreaterThan(9);
  const random = sequence(5);
  for (let kill = 0; kill < killCount(6); kill++) {
    project.remove('.vitest-poml/spool');
    agentops.forget();
    const when = await killAt(program, 1 + random(changes), kill);
    const whole = project.exists('.vitest-poml/spool') ? waiting(spoolOf(project)) : [];
    const held = whole.map((name) => readFileSync(path.join(spoolOf(project), name), 'utf8'));
    for (const text of held) expect(parseEntry(text), when).toBeDefined();
    const pushed = await runCli(project, ['push'], agentops.env);
    expect(pushed.code, pushed.stderr).toBe(0);
    expect(agentops.spans.map(({ spanId }) => spanId).sort(), when).toEqual(held.flatMap(spanIds).sort());
    expect(
      project.list('.vitest-poml/spool').filter((name) => name !== '.gitignore'),
      when,
    ).toEqual([]);
  }
}, 3_600_000);

/** As if an attempt that got no answer had been made ten minutes earlier. */
function makeOlder(file: string): void {
  const entry = JSON.parse(readFileSync(file, 'utf8')) as { uncertainSince: number };
  writeFileSync(file, JSON.stringify({ ...entry, uncertainSince: entry.uncertainSince - 600_000 }));
}

test('a push that is killed at any moment loses no span and sends none twice', async () => {
  const agentops = await testServer();
  const { project, entry } = await projectWithSpool(agentops);
  const entries = [another(entry, 1), another(entry, 2), another(entry, 3)];
  writeScript(project, 'spool.mjs', spoolScript(project, entries));
  const program = {
    dir: project.dir,
    args: [project.path('node_modules/vitest-poml/dist/cli/main.js'), 'push'],
    env: agentops.env,
  };
  const fill = async () => {
    project.remove('.vitest-poml/spool');
    agentops.forget();
    await countChanges({ dir: project.dir, args: [project.path('spool.mjs')] });
  };
  await fill();
  const changes = await countChanges(program);
  expect(agentops.spans).toHaveLength(entries.flatMap(spanIds).length);
  const random = sequence(9);
  for (let kill = 0; kill < killCount(5); kill++) {
    await fill();
    const when = await killAt(program, 1 + random(changes), kill);
    let next = await runCli(project, ['push'], agentops.env);
    if (next.output.includes('may still be on its way')) {
      // What was taken may have been sent: it waits until that would be to be seen.
      for (const name of waiting(spoolOf(project))) makeOlder(path.join(spoolOf(project), name));
      next = await runCli(project, ['push'], agentops.env);
    }
    expect(next.code, `${when}: ${next.output}`).toBe(0);
    expect(agentops.spans.map(({ spanId }) => spanId).sort(), when).toEqual(entries.flatMap(spanIds).sort());
    expect(waiting(spoolOf(project)), when).toEqual([]);
  }
}, 3_600_000);

/** A run that waits for a backend that never answers. */
function waitingRun(project: Project, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(NODE, [VITEST, 'run'], {
    cwd: project.dir,
    env: environment({ ...env, CI: '1' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s while the run is being posted: the reports are whole, the spool too, and the next run goes on',
  async (signal) => {
    const agentops = await testServer();
    agentops.fault('collector', 'hang');
    const project = changedProject();
    project.write(
      'vitest.config.ts',
      config(
        "{ sessions: 'pomlruns/*', reports: ['terminal', 'html', 'json'] }",
        "{ reporters: ['default', ['vitest-poml/agentops', { timeout: 60000 }]] }",
      ),
    );
    const child = waitingRun(project, agentops.env);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await expect
      .poll(() => agentops.requests.filter(({ door }) => door === 'collector'), { timeout: 60_000 })
      .toHaveLength(1);
    child.kill(signal);
    // Vitest waits for its reporters at the first signal and ends at the second.
    const again = setInterval(() => child.kill(signal), 1000);
    await ended;
    clearInterval(again);

    expect(JSON.parse(project.read('.vitest-poml/run.json'))).toMatchObject({ totals: { red: 2 } });
    expect(JSON.parse(project.read('.vitest-poml/report.json'))).toMatchObject({ totals: { red: 2 } });
    expect(project.read('.vitest-poml/report.html').trimEnd()).toMatch(/<\/html>$/);
    for (const file of project.list('.vitest-poml/spool').filter((name) => name.endsWith('.json')))
      expect(parseEntry(project.read(`.vitest-poml/spool/${file}`))).toBeDefined();
    agentops.mend();
    agentops.forget();
    const next = await runVitest(project, ['run'], { ...agentops.env, CI: '1' });
    expect(next.output).toMatch(/AgentOps: 6 spans sent/);
    expect(project.list('.vitest-poml').filter(isTemp)).toEqual([]);
  },
);
