import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { errorCode, TraceError } from './error.ts';
import { HOST, isAbandoned } from './owner.ts';

/** Begins with a dot and no digits, so that neither POML nor a listing of traces takes it for one of theirs. */
const TEMP_NAME = /^\.vitest-poml-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{12}\.tmp$/;

/**
 * Writes a text file so that a reader, or a killed run, sees the old content or the new, never half: into a
 * temporary file beside it, flushed, then renamed over it. The mode of an existing file is kept. A link is
 * followed only to a file in or below the same folder.
 *
 * @param mode Rights of a file that is new (default: what the umask leaves of 0666).
 * @throws TraceError when it cannot be written; the old file is untouched then
 */
export function writeFileAtomic(path: string, text: string | Uint8Array, mode = 0o666): void {
  const target = realTarget(resolve(path));
  const temp = join(dirname(target.path), tempName());
  try {
    // Renaming would replace a write-protected file too; whoever protected it meant it.
    if (target.stats) accessSync(target.path, constants.W_OK);
    writeNew(temp, text, target.stats, mode);
    rename(temp, target.path);
  } catch (cause) {
    discard(temp);
    throw notWritten(target.path, cause);
  }
  flushFolder(dirname(target.path));
}

/**
 * Removes what killed runs left of `writeFileAtomic` in a folder; files of a run that is still alive stay.
 *
 * @returns the removed files, absolute
 */
export function removeStaleTemps(dir: string): string[] {
  const removed: string[] = [];
  for (const name of readdirSync(dir)) {
    const path = join(resolve(dir), name);
    if (!isStale(path)) continue;
    discard(path);
    removed.push(path);
  }
  return removed;
}

/** Folders that `tempName` named and whose process has ended, absolute. */
export function staleTempFolders(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries
    .map(({ name }) => join(resolve(dir), name))
    .filter((path) => isTempLeft(basename(path), path));
}

/** Whether a file or folder name is a temporary one. */
export function isTempFile(name: string): boolean {
  return TEMP_NAME.test(name);
}

/** A name for something temporary that a later run knows as such, and as left behind when this process has ended. */
export function tempName(): string {
  return `.vitest-poml-${HOST}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

function isStale(path: string): boolean {
  if (!isTempFile(basename(path))) return false;
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true && isTempLeft(basename(path), path);
}

/** Whether a name is one of `tempName` whose process has ended. @param path Where it is, for its age. */
export function isTempLeft(name: string, path: string): boolean {
  const [, host, pid] = TEMP_NAME.exec(name) ?? [];
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return host !== undefined && stats !== undefined && isAbandoned(host, Number(pid), stats.mtimeMs);
}

/** The regular file to replace, or to make. */
export function realTarget(path: string): { path: string; stats: Stats | undefined } {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry?.isSymbolicLink()) {
    if (entry && !entry.isFile())
      throw new TraceError('is no regular file and cannot be written', { file: path });
    return { path, stats: entry };
  }
  const refused = (reason: string, cause?: unknown): TraceError =>
    new TraceError(reason, {
      file: path,
      hint: 'Put the file itself there: links are not written through.',
      cause,
    });
  try {
    const real = realpathSync(path);
    if (!real.startsWith(realpathSync(dirname(path)) + sep))
      throw refused('is a symbolic link that leads out of its folder');
    const stats = statSync(real);
    if (!stats.isFile()) throw refused('is a link to something that is no regular file');
    return { path: real, stats };
  } catch (error) {
    throw error instanceof TraceError ? error : refused('is a symbolic link to nothing', error);
  }
}

/** Writes a new file, `durable` or not; with the rights of the one it is to replace. */
export function writeNew(
  temp: string,
  text: string | Uint8Array,
  old: Stats | undefined,
  mode: number,
  durable = true,
): void {
  const descriptor = openSync(temp, 'wx', mode);
  try {
    if (old) fchmodSync(descriptor, old.mode & 0o7777);
    writeFileSync(descriptor, text);
    if (durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const RENAME_TRIES = 5;

/** Renames a file, with patience where Windows wants it. */
export function rename(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      // On Windows an indexer or virus scanner may hold the file for a moment.
      const held =
        process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (!held || attempt === RENAME_TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * attempt);
    }
  }
}

/** Makes the rename itself durable, where the system can. */
export function flushFolder(dir: string): void {
  try {
    const descriptor = openSync(dir, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows and some network disks cannot flush a folder; the file itself is complete.
  }
}

/** Removes a file, if it is there. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

const HINTS: Record<string, string> = {
  ENOENT: 'Its folder does not exist (any more).',
  EACCES: 'Give this user the right to write it and its folder, e.g. chmod u+w.',
  EPERM: 'Give this user the right to write it and its folder, e.g. chmod u+w.',
  EROFS: 'The disk is read-only.',
  ENOSPC: 'The disk is full.',
};

/** The error that a file could not be written. */
export function notWritten(file: string, cause: unknown): TraceError {
  const code = errorCode(cause);
  const hint = code === undefined ? undefined : HINTS[code];
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new TraceError(`could not be written (${why}); what was there is unchanged`, { file, hint, cause });
}
