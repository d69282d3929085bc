import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment, NODE } from '../run.ts';

/** How often tests kill a process: a few times, or as often as `KILLS` says. */
export function killCount(usual: number): number {
  return Number(process.env.KILLS ?? usual);
}

const PRELOAD = path.join(import.meta.dirname, 'die-at.mjs');
const WAYS = ['before', 'half', 'after'] as const;
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;

/** A Node program that changes files below a folder. */
export interface Program {
  /** Absolute folder that it runs in, and whose changes count. */
  dir: string;
  /** The script and its arguments. */
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and counts its changes to the disk. */
export async function countChanges(program: Program): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vitest-poml-kill-'));
  const file = path.join(folder, 'count');
  try {
    const { signal, stderr } = await run(program, { DIE_COUNT: file });
    if (signal !== null) throw new Error(`It was killed by ${signal}: ${stderr}`);
    return Number(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs a program and kills it at one of its changes.
 *
 * @param change Number of the change, from 1.
 * @param turn How it is killed: each signal before, in the middle of and after the change, in turn.
 * @returns Where it was killed, in words.
 * @throws Error when it ended before that by itself
 */
export async function killAt(program: Program, change: number, turn: number): Promise<string> {
  const how = WAYS[turn % WAYS.length]!;
  const by = SIGNALS[(turn + Math.floor(turn / WAYS.length)) % SIGNALS.length]!;
  const { signal, code, stderr } = await run(program, {
    DIE_AT: String(change),
    DIE_HOW: how,
    DIE_SIGNAL: by,
  });
  // No command holds a signal up: shells say 130 for Ctrl+C then, and a CI that cancels does not wait.
  if (signal !== by)
    throw new Error(`It ended with ${code} and was not ended by ${by} at change ${change}: ${stderr}`);
  return `${by} ${how} change ${change}`;
}

function run(
  { dir, args, env }: Program,
  how: NodeJS.ProcessEnv,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }> {
  const child = spawn(NODE, ['--import', PRELOAD, ...args], {
    cwd: dir,
    env: { ...environment({}), ...env, DIE_BELOW: dir, ...how },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

/** The files below a folder by path, to compare and to put back. */
export function filesOf(dir: string, leftOut: (file: string) => boolean = () => false): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const file = path.relative(dir, path.join(entry.parentPath, entry.name));
    if (entry.isFile() && !leftOut(file)) found.set(file, readFileSync(path.join(dir, file), 'latin1'));
  }
  return found;
}

/** Makes a folder hold just these files again. */
export function putBack(
  dir: string,
  files: ReadonlyMap<string, string>,
  leftOut: (file: string) => boolean,
): void {
  for (const [file] of filesOf(dir, leftOut)) if (!files.has(file)) rmSync(path.join(dir, file));
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text, 'latin1');
  }
}

/** Numbers that look random and are the same each time: a failure can be seen again. */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}
