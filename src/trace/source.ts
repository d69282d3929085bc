import { realpathSync, statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { printablePath } from './error.ts';
import { sourceLinkTarget } from './link.ts';
import { createPromptIndex, type PromptIndex } from './prompt-index.ts';
import type { Trace } from './types.ts';

export interface SourceOptions {
  /** The project's folder; prompts outside it are found only through `sourceRoots`. */
  root: string;
  /**
   * Where recorded folders are now: recorded path -> folder here, relative to `root`. The longest one that fits
   * wins. @example { '/srv/app': './' }
   */
  sourceRoots?: Record<string, string>;
  /** Folders or globs of prompt files, relative to `root` (default: `prompts`, if there is one). */
  prompts?: string | string[];
}

/** The live prompt of a trace, or a sentence that says why there is none. */
export type FoundSource = { path: string } | { why: string };

/**
 * Makes a function that finds the prompt file of a trace as it is in the repository now: the recorded path
 * itself, the recorded path moved by `sourceRoots`, or the only prompt file of that name. Never a file outside
 * `root` and the folders of `sourceRoots`. What is found is remembered: make a new finder when files have moved.
 *
 * @throws TraceError from the returned function, when the trace's `.env` cannot be read
 * @example createSourceFinder({ root: '.', sourceRoots: { '/srv/app': './' } })(trace)
 */
export function createSourceFinder(options: SourceOptions): (trace: Trace) => FoundSource {
  const find = createPathFinder(options);
  return (trace) => {
    // A repository may point the link at its own file while `.env` keeps the recorded path.
    const linked = sourceLinkTarget(trace);
    if (linked !== undefined && find.allows(linked)) return { path: linked };
    // A captured golden names its prompt file from the project's root.
    const source = trace.captured?.source;
    const captured = source === undefined ? undefined : resolve(options.root, source);
    if (captured !== undefined && find.allows(captured)) return { path: captured };
    return find.find(trace.name, trace.sourcePath);
  };
}

/** Finds prompt files by the path that they had where they were recorded. */
export interface PathFinder {
  /** Whether a path is a file that may be taken. */
  allows(path: string): boolean;
  /**
   * @param name Base name of the prompt, without `.poml`.
   * @param recorded Its path where it was recorded; a relative one starts in the root.
   */
  find(name: string, recorded: string | undefined): FoundSource;
}

/** The part of `createSourceFinder` that needs no trace on disk. */
export function createPathFinder(options: SourceOptions): PathFinder {
  const root = resolve(options.root);
  const moves = movesOf(root, options.sourceRoots ?? {});
  const allowed = [root, ...moves.map((move) => move.here)];
  const index = createPromptIndex(root, options.prompts);
  const found = new Map<string, FoundSource>();

  return {
    allows: (path) => fileUnder(path, allowed) === 'found',
    find(name, recorded) {
      const key = `${recorded ?? ''}\0${name}`;
      const known = found.get(key) ?? findSource(name, recorded, { root, moves, allowed, index });
      found.set(key, known);
      return known;
    },
  };
}

interface Move {
  /** Recorded folder, with forward slashes and without one at the end. */
  recorded: string;
  here: string;
}

interface Places {
  root: string;
  moves: readonly Move[];
  allowed: readonly string[];
  index: PromptIndex;
}

function findSource(name: string, recorded: string | undefined, places: Places): FoundSource {
  if (isStringPrompt(name, recorded)) return { why: 'a string prompt: its text is only in the recording' };
  if (recorded === undefined && name === '') return { why: 'POML recorded neither a path nor a name for it' };

  const tried: string[] = [];
  if (recorded !== undefined) {
    const same = fileUnder(resolve(places.root, recorded), places.allowed);
    if (same === 'found') return { path: resolve(places.root, recorded) };
    tried.push(
      same === 'outside'
        ? `${printablePath(recorded)} lies outside the project and sourceRoots`
        : `${printablePath(recorded)} is not here`,
    );
    const moved = movedPath(recorded, places.moves);
    if (moved) {
      const state = fileUnder(moved.path, [moved.here]);
      if (state === 'found') return { path: moved.path };
      const where = printablePath(moved.path);
      tried.push(
        state === 'outside'
          ? `${where} (by sourceRoots) lies outside its folder`
          : `there is no ${where} (by sourceRoots)`,
      );
    }
  }
  return byName(name, recorded, places, tried);
}

function byName(name: string, recorded: string | undefined, places: Places, tried: string[]): FoundSource {
  const names = recorded === undefined ? [`${name}.poml`, name] : [lastSegment(recorded)];
  const candidates = names
    .flatMap((file) => places.index.find(file))
    .filter((path) => fileUnder(path, places.allowed) === 'found');
  const [first] = candidates;
  if (first !== undefined && candidates.length === 1) return { path: first };
  const wanted = printablePath(names[0] ?? name);
  if (candidates.length > 1) {
    const list = candidates.map((path) => shortened(path, places.root)).join(', ');
    tried.push(`${candidates.length} prompts are named ${wanted}: ${list}; sourceRoots can tell which`);
  } else {
    const missing = places.index.missing();
    tried.push(missing ?? `no prompt under ${places.index.described} is named ${wanted}`);
  }
  return { why: tried.join('; ') };
}

/** Python's `tempfile` names: POML's SDK writes the text of a string prompt to such a file first. */
const TEMP_NAME = /^tmp[a-z0-9_]{8}$/;

/** Whether a trace is of a prompt that was given as text, so that no file of it was ever kept. */
export function isStringPrompt(name: string, recorded: string | undefined): boolean {
  return TEMP_NAME.test(recorded === undefined ? name : lastSegment(recorded));
}

/** Whether a path is a file, and really lies under one of the folders, links resolved. */
function fileUnder(path: string, folders: readonly string[]): 'found' | 'missing' | 'outside' {
  try {
    if (!statSync(path).isFile()) return 'missing';
    const real = realpathSync(path);
    return folders.some((folder) => isUnder(real, folder)) ? 'found' : 'outside';
  } catch {
    return 'missing';
  }
}

function isUnder(real: string, folder: string): boolean {
  try {
    const home = realpathSync(folder);
    return real.startsWith(home.endsWith(sep) ? home : home + sep);
  } catch {
    return false;
  }
}

function movesOf(root: string, sourceRoots: Record<string, string>): Move[] {
  const moves = Object.entries(sourceRoots).map(([recorded, here]) => ({
    recorded: slashed(recorded).replace(/\/+$/, ''),
    here: resolve(root, here),
  }));
  return moves.sort((a, b) => b.recorded.length - a.recorded.length);
}

function movedPath(recorded: string, moves: readonly Move[]): { path: string; here: string } | undefined {
  const path = slashed(recorded);
  const move = moves.find((candidate) => path.startsWith(`${candidate.recorded}/`));
  return move && { path: resolve(move.here, path.slice(move.recorded.length + 1)), here: move.here };
}

const WINDOWS_PATH = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/** Windows paths with forward slashes; elsewhere a backslash is part of a name. */
function slashed(path: string): string {
  return WINDOWS_PATH.test(path) ? path.replaceAll('\\', '/') : path;
}

function lastSegment(path: string): string {
  return slashed(path).split('/').at(-1) ?? '';
}

function shortened(path: string, root: string): string {
  const short = relative(root, path);
  return printablePath(short.startsWith('..') ? path : short === '' ? basename(path) : short);
}
