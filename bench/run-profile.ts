import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchProject, benchProject, measureVitest } from './project.ts';

const TRACES = 10_000;
const MAPPED = "sourceRoots: { '/srv/support-triage': '.' }";
const CONFIG = `import { defineConfig } from 'vitest/config';
import poml from 'vitest-poml/plugin';
export default defineConfig({ plugins: [poml({ sessions: 'pomlruns/*', ${MAPPED} })], test: { include: [] } });
`;

/** Starts a profiler in each worker, and writes what it saw when a test file is done: Vitest ends workers without a word. */
const PRELOAD = `import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
if (process.send) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  const { send } = process;
  process.send = function (message, ...rest) {
    if (message?.type === 'testfileFinished' || message?.type === 'stopped')
      session.post('Profiler.stop', (error, result) => {
        if (result) writeFileSync(\`\${import.meta.dirname}/\${process.pid}.cpuprofile\`, JSON.stringify(result.profile));
      });
    return send.call(process, message, ...rest);
  };
}
`;

/** What a module of ours does in a run, the first that fits. */
const PARTS: readonly (readonly [part: string, modules: RegExp])[] = [
  ['counting tokens', /^(?:poml\/assets\/(?:tokens|bpe)|golden\/tokens)\.ts$/],
  ['rendering', /^poml\//],
  ['reading the recordings', /^trace\//],
  ['comparing, finding causes', /^golden\//],
  ['messages, records, pending renders', /^(?:matchers|report|project|vitest|telemetry)\//],
];
const REST = ['Vitest', 'Node and start', 'garbage collection', 'waiting for Vitest'] as const;

/** Where the time of the worker goes in a run of ten thousand traces: all green, and failing for one edit. */
export async function profileRuns(): Promise<string> {
  const project = benchProject(TRACES, ['triage', 'draft_reply']);
  try {
    writeFileSync(path.join(project.dir, 'vitest.config.mjs'), CONFIG);
    writeFileSync(path.join(project.dir, 'preload.mjs'), PRELOAD);
    const green = await profileRun(project);
    const file = path.join(project.dir, 'prompts/_policy.poml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('a colleague', 'somebody'));
    const failing = await profileRun(project);
    const all = total(green);
    const cell = (times: ReadonlyMap<string, number>, part: string) =>
      `${((100 * (times.get(part) ?? 0)) / all).toFixed(1)} %`;
    const rows = [...PARTS.map(([part]) => part), ...REST].map(
      (part) => `| ${part} | ${cell(green, part)} | ${cell(failing, part)} |`,
    );
    return ['| part | all green | failing for one edit |', '| --- | --- | --- |', ...rows].join('\n');
  } finally {
    project.dispose();
  }
}

function total(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((sum, time) => sum + time, 0);
}

async function profileRun({ dir, traces }: BenchProject): Promise<Map<string, number>> {
  const { output } = await measureVitest(dir, [], {
    nodeOptions: `--import ${pathToFileURL(path.join(dir, 'preload.mjs')).href}`,
  });
  if (!output.includes(`(${traces})`)) throw new Error(output.slice(-4000));
  const files = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'));
  const newest = files.map((name) => path.join(dir, name)).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
  if (newest === undefined) throw new Error('No worker has written a profile.');
  const times = timesOf(JSON.parse(readFileSync(newest, 'utf8')) as Profiler.Profile);
  for (const name of files) writeFileSync(path.join(dir, name), '');
  return times;
}

function sizeOf(file: string): number {
  return readFileSync(file).length;
}

/** Microseconds by part; what Node and libraries do counts to who calls them. */
function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const known = new Map<number, string>();
  const partOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id);
    if (id === undefined || node === undefined) return 'Node and start';
    const found = known.get(id) ?? ownPart(node.callFrame) ?? partOf(parents.get(id));
    known.set(id, found);
    return found;
  };
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const part = partOf(id);
    times.set(part, (times.get(part) ?? 0) + timeDeltas[i]!);
  });
  return times;
}

function ownPart({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(idle)') return 'waiting for Vitest';
  if (/[\\/]node_modules[\\/]@?vitest[\\/]/.test(url)) return 'Vitest';
  if (!/[\\/]dist[\\/](?:chunks|vitest)[\\/]/.test(url)) return undefined;
  const module = moduleAt(url.startsWith('file:') ? fileURLToPath(url) : url, lineNumber);
  return PARTS.find(([, modules]) => module !== undefined && modules.test(module))?.[0];
}

const modules = new Map<string, (string | undefined)[]>();

/** Which module a line of a built file is from: esbuild puts a comment before each. */
function moduleAt(file: string, line: number): string | undefined {
  let lines = modules.get(file);
  if (lines === undefined) {
    let current: string | undefined;
    lines = readFileSync(file, 'utf8')
      .split('\n')
      .map((text) => {
        current = /^\/\/ src\/(.+\.ts)$/.exec(text)?.[1] ?? current;
        return current;
      });
    modules.set(file, lines);
  }
  return lines[line];
}
