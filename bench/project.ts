import { type SpawnOptions, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const REPOSITORY = path.resolve(import.meta.dirname, '..');
/** Absolute path of Vitest's command. */
export const VITEST = path.join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
const APP = path.join(REPOSITORY, 'examples/support-triage');

/** A project whose recorded session is repeated until there are enough traces. */
export interface BenchProject {
  dir: string;
  /** Folders of its sessions. */
  sessions: string[];
  traces: number;
  dispose(): void;
}

/** Traces of each session: one test module, and one test file in plain Vitest. */
const PER_SESSION = 1000;

/**
 * Makes a project with the prompts of an example and that many traces of its session, with the built package linked.
 *
 * @param traces A multiple of 1,000.
 * @param prompts Names of the prompts whose calls are taken; left out, all.
 */
export function benchProject(traces: number, prompts?: readonly string[]): BenchProject {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-bench-')));
  cpSync(path.join(APP, 'prompts'), path.join(dir, 'prompts'), { recursive: true });
  mkdirSync(path.join(dir, 'node_modules'));
  for (const [name, target] of [
    ['vitest-poml', REPOSITORY],
    ['vitest', path.join(REPOSITORY, 'node_modules/vitest')],
  ] as const)
    symlinkSync(target, path.join(dir, 'node_modules', name), 'junction');
  writeFileSync(path.join(dir, 'package.json'), '{ "type": "module", "private": true }');
  const recorded = recordedCalls().filter(({ name }) => prompts?.includes(name) ?? true);
  const sessions: string[] = [];
  for (let from = 0; from < traces; from += PER_SESSION) {
    const session = path.join(dir, 'pomlruns', `202611210519${String(sessions.length).padStart(8, '0')}`);
    mkdirSync(session, { recursive: true });
    sessions.push(session);
    for (let i = 0; i < PER_SESSION; i++) {
      const { name, files } = recorded[i % recorded.length]!;
      const prefix = path.join(session, `${String(i + 1).padStart(4, '0')}.${name}`);
      for (const [suffix, bytes] of files) writeFileSync(prefix + suffix, bytes);
    }
  }
  return {
    dir,
    sessions,
    traces,
    dispose: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The calls of the example's session; those that change their own context, or failed, are calls like others. */
function recordedCalls(): { name: string; files: [string, Buffer][] }[] {
  const runs = path.join(APP, 'pomlruns');
  const session = path.join(runs, readdirSync(runs)[0]!);
  const calls = new Map<string, { name: string; files: [string, Buffer][] }>();
  for (const file of readdirSync(session).sort()) {
    const [, number, name, suffix] = /^(\d+)\.(\w+)(\..+)$/.exec(file) ?? [];
    if (number === undefined || suffix!.endsWith('.reply.txt')) continue;
    const call = calls.get(number) ?? { name: name!, files: [] };
    call.files.push([suffix!, readFileSync(path.join(session, file))]);
    calls.set(number, call);
  }
  return [...calls.values()];
}

/** How a run ended, and what it took. */
export interface MeasuredRun {
  code: number | null;
  output: string;
  milliseconds: number;
  /** Most memory that the process and its children had at once, bytes. */
  memory: number;
}

/** How often memory is looked at, milliseconds. */
const INTERVAL = 50;

/**
 * Runs Vitest in a project and measures it from outside, as a user's clock would.
 *
 * @param options.ci As in CI, where nothing is written; else as on a developer's machine.
 * @param options.nodeOptions For all of its processes.
 */
export async function measureVitest(
  dir: string,
  args: readonly string[],
  { ci = true, nodeOptions = '' }: { ci?: boolean; nodeOptions?: string } = {},
): Promise<MeasuredRun> {
  const options: SpawnOptions = {
    cwd: dir,
    env: { ...process.env, CI: ci ? '1' : '', NO_COLOR: '1', NODE_OPTIONS: nodeOptions },
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const start = performance.now();
  const child = spawn(process.execPath, [VITEST, 'run', ...args], options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, memoryOf(child.pid ?? 0));
  }, INTERVAL);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { code, output, milliseconds: performance.now() - start, memory };
}

/** Resident memory of a process and its children, bytes; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(pages) * 4096 + children.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
  } catch {
    return 0;
  }
}
