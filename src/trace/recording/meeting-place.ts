import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../error.ts';
import type { Numbers } from './numbers.ts';

/** What the numbers of a folder were, and the folder's time of change when they were. */
export interface Known extends Numbers {
  mtimeNs: bigint;
}

/**
 * The folder where processes of this user on this machine agree on numbers. It lies outside the sessions, so that these hold
 * what POML writes and nothing else. `undefined` when there can be none that is only this user's.
 */
export function meetingPlace(): string | undefined {
  const user = process.getuid?.();
  const path = join(tmpdir(), user === undefined ? 'vitest-poml-numbers' : `vitest-poml-numbers-${user}`);
  let stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) {
    if (!made(path)) return undefined;
    stats = lstatSync(path, { throwIfNoEntry: false });
  }
  if (!stats?.isDirectory()) return undefined;
  // In a folder that others may write to, somebody could lead the numbers astray.
  if (user !== undefined && (stats.uid !== user || (stats.mode & 0o022) !== 0)) return undefined;
  return path;
}

function made(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    return errorCode(error) === 'EEXIST';
  }
}

/** What the processes that share a folder left: whether there is anything, and the numbers if they can be read. */
export interface Left {
  shared: boolean;
  known?: Known;
}

/** Reads what the processes left that share a folder. */
export function readLeft(file: string): Left {
  let text: string;
  // Nearly always there is nothing, and an error would cost more than all the rest.
  if (!existsSync(file)) return { shared: false };
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { shared: false };
  }
  const parts = text.split(' ');
  if (parts.length < 2 || !parts.every((part) => /^\d{1,30}$/.test(part))) return { shared: true };
  const [next, mtimeNs, ...ahead] = parts;
  return { shared: true, known: { next: Number(next), mtimeNs: BigInt(mtimeNs!), ahead: ahead.map(Number) } };
}

/** Leaves the numbers for the processes that share a folder. */
export function leave(file: string, { next, mtimeNs, ahead }: Known): void {
  try {
    writeFileSync(file, [next, mtimeNs, ...ahead].join(' '), { mode: 0o600 });
  } catch {
    // Half of it may be there: the others list the folder then.
  }
}
