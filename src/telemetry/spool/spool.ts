import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../trace/error.ts';
import { HOST, isAbandoned } from '../../trace/owner.ts';
import { removeStaleTemps, writeFileAtomic } from '../../trace/write.ts';
import { parseEntry, printEntry, type SpoolEntry } from './entry.ts';

/** All files together; a backend that is down for months must not fill the disk. */
const MAX_SPOOL_BYTES = 256 * 1024 * 1024;
/** An entry holds what fits into a request or two. */
const MAX_ENTRY_BYTES = 32 * 1024 * 1024;

const WAITING = /^\d{17}-[0-9a-f]{8}\.json$/;
const CLAIMED = /^(\d{17}-[0-9a-f]{8}\.json)\.([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}$/;

/**
 * Puts spans into the spool, readable by this user only.
 *
 * @param most Bytes that the spool may hold then.
 * @throws Error when it is full or cannot be written.
 */
export function keep(dir: string, entry: SpoolEntry, most = MAX_SPOOL_BYTES): void {
  const text = printEntry(entry);
  makeFolder(dir);
  if (sizeOf(dir) + Buffer.byteLength(text) > most)
    throw new Error(`${dir} is full; send it with npx vitest-poml push, or empty it`);
  const time = new Date(entry.createdAt).toISOString().replace(/\D/g, '');
  writeFileAtomic(path.join(dir, `${time}-${randomBytes(4).toString('hex')}.json`), text, 0o600);
}

/** Names of what waits, the oldest first; also what a process left behind that is gone. What it had only begun to write goes. */
export function waiting(dir: string): string[] {
  if (existsSync(dir)) removeStaleTemps(dir);
  return namesIn(dir)
    .filter((name) => WAITING.test(name) || isLeftBehind(dir, name))
    .sort();
}

/** An entry that this process alone works on. */
export interface Claim {
  /** `undefined` when the file is no entry. */
  entry: SpoolEntry | undefined;
  /** It is done: away with it. */
  remove(): void;
  /** Nothing was sent: it waits again. */
  release(): void;
}

/**
 * Takes an entry for this process: of two that try, one gets it.
 *
 * What another process had taken and never finished may have been sent, so it counts as uncertain from that time on.
 *
 * @returns `undefined` when somebody else was faster.
 */
export function claim(dir: string, name: string): Claim | undefined {
  const from = path.join(dir, name);
  const original = CLAIMED.exec(name)?.[1];
  const own = path.join(dir, `${original ?? name}.${HOST}-${process.pid}-${randomBytes(4).toString('hex')}`);
  const since = timeOf(from);
  try {
    // Touched first: an old file must not look abandoned in the moment after it was taken.
    const now = new Date();
    utimesSync(from, now, now);
    renameSync(from, own);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const read = statSync(own).size > MAX_ENTRY_BYTES ? undefined : parseEntry(readFileSync(own, 'utf8'));
  const entry = read && original !== undefined ? { ...read, uncertainSince: since } : read;
  return {
    entry,
    remove: () => rmSync(own, { force: true }),
    release() {
      // Marked in the file before anybody can take it.
      if (entry && original !== undefined) writeFileAtomic(own, printEntry(entry));
      renameSync(own, path.join(dir, original ?? name));
    },
  };
}

function makeFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  removeStaleTemps(dir);
  const ignore = path.join(dir, '.gitignore');
  if (!existsSync(ignore))
    writeFileAtomic(ignore, '# Test runs that wait to be sent: npx vitest-poml push\n*\n');
}

function isLeftBehind(dir: string, name: string): boolean {
  const [, , host, pid] = CLAIMED.exec(name) ?? [];
  return host !== undefined && isAbandoned(host, Number(pid), timeOf(path.join(dir, name)));
}

function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}

function sizeOf(dir: string): number {
  return namesIn(dir).reduce(
    (sum, name) => sum + (statSync(path.join(dir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
