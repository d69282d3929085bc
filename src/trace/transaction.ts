import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { errorCode } from './error.ts';
import { HOST } from './owner.ts';
import {
  discard,
  flushFolder,
  isTempFile,
  isTempLeft,
  notWritten,
  realTarget,
  rename,
  tempName,
  writeFlushed,
} from './write.ts';

/** A file and what it is to hold. */
export interface FileContent {
  path: string;
  content: string | Uint8Array;
}

/** The moves that make up a write of several files: complete with the last one. Absolute paths. */
interface Journal {
  moves: { temp: string; path: string }[];
}

/** What is being prepared, and what is decided. */
const PREPARED = '.prepared.json';
const DECIDED = '.decided.json';

/**
 * Writes several files as one: after a kill at any moment all of them are old or, once `recoverWrites` has run, all new.
 * The new contents are put beside their places first, all moves are written down, and then they are done.
 *
 * @param journal Absolute folder for what is written down; made when it is missing.
 * @throws TraceError when one cannot be written; then all are what they were.
 */
export function writeFilesAtomic(files: readonly FileContent[], journal: string): void {
  mkdirSync(journal, { recursive: true });
  const name = join(journal, tempName());
  const moves: Journal['moves'] = [];
  let current = files[0]?.path ?? journal;
  try {
    const targets = files.map(({ path, content }) => {
      current = path;
      mkdirSync(dirname(resolve(path)), { recursive: true });
      const target = realTarget(resolve(path));
      if (target.stats) accessSync(target.path, constants.W_OK);
      const temp = join(dirname(target.path), tempName());
      moves.push({ temp, path: target.path });
      return { temp, content, stats: target.stats };
    });
    writeFileSync(name + PREPARED, JSON.stringify({ moves } satisfies Journal), { flag: 'wx' });
    for (const [i, { temp, content, stats }] of targets.entries()) {
      current = moves[i]!.path;
      writeFlushed(temp, content, stats, 0o666);
    }
    rename(name + PREPARED, name + DECIDED);
    flushFolder(journal);
  } catch (cause) {
    for (const { temp } of moves) discard(temp);
    discard(name + PREPARED);
    throw notWritten(current, cause);
  }
  finish(moves);
  discard(name + DECIDED);
}

function finish(moves: Journal['moves']): void {
  for (const { temp, path } of moves) {
    try {
      rename(temp, path);
    } catch (error) {
      // Done already, before a kill.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  for (const folder of new Set(moves.map(({ path }) => dirname(path)))) flushFolder(folder);
}

/**
 * Completes what killed runs had decided to write, and removes what they had only prepared.
 *
 * @param root Absolute folder that everything must lie in; a journal that names anything else is not followed.
 * @returns The files that were completed, absolute.
 */
export function recoverWrites(journal: string, root: string): string[] {
  const completed: string[] = [];
  for (const name of namesIn(journal)) {
    const suffix = [PREPARED, DECIDED].find((ending) => name.endsWith(ending));
    const owner = suffix === undefined ? name : name.slice(0, -suffix.length);
    if (!owner.startsWith(`.vitest-poml-${HOST}-`) || !isTempLeft(owner, join(journal, name))) continue;
    const moves = suffix === undefined ? [] : readMoves(join(journal, name), root);
    if (suffix === DECIDED) {
      finish(moves);
      completed.push(...moves.map(({ path }) => path));
    } else {
      for (const { temp } of moves) discard(temp);
    }
    discard(join(journal, name));
  }
  return completed;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The moves of a journal; none when it was cut short, which happens only before it counts, or leads elsewhere. */
function readMoves(file: string, root: string): Journal['moves'] {
  try {
    const { moves } = JSON.parse(readFileSync(file, 'utf8')) as Journal;
    const home = realpathSync(root) + sep;
    const isOurs = ({ temp, path }: Journal['moves'][number]) =>
      isTempFile(basename(temp)) &&
      dirname(temp) === dirname(path) &&
      !isTempFile(basename(path)) &&
      (realpathSync(dirname(path)) + sep).startsWith(home);
    return Array.isArray(moves) && moves.every(isOurs) ? moves : [];
  } catch {
    return [];
  }
}
