import type { Dirent } from 'node:fs';
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { TraceError } from './error.ts';
import { compareText, looksLikeTraceFile, SUFFIXES } from './names.ts';
import { listFolder, sessionOf } from './session.ts';
import type { Session } from './types.ts';
import { isTempFile } from './write.ts';

/** How deep below a named folder sessions are looked for. */
const MAX_DEPTH = 8;
const SKIPPED = new Set(['node_modules', '.git', 'assets']);

export interface LoadSessionsOptions {
  /** Where relative paths and globs start (default: the working directory). */
  cwd?: string;
}

/**
 * Loads every session that the paths or globs name, sorted by path. Each may name session folders, a parent of
 * them such as `pomlruns`, or files in them; `!…` leaves out the folders it matches. Links met on the way are not followed.
 *
 * @throws TraceError when a path or glob matches nothing, or no session is there
 * @example loadSessions(['pomlruns', '!pomlruns/2025*'])
 */
export function loadSessions(globs: string | string[], options: LoadSessionsOptions = {}): Session[] {
  const cwd = resolve(options.cwd ?? '.');
  const patterns = typeof globs === 'string' ? [globs] : globs;
  const ignore = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const left = leftOut(ignore, cwd);
  const found = new Map<string, Session>();
  for (const pattern of patterns) {
    if (!pattern.startsWith('!'))
      for (const session of sessionsOf(pattern, cwd, left)) found.set(session.dir, session);
  }
  return [...found.values()].sort((a, b) => compareText(a.dir, b.dir));
}

/** The sessions one pattern names. */
function sessionsOf(pattern: string, cwd: string, left: ReadonlySet<string>): Session[] {
  const matches = expand(pattern, cwd);
  if (matches.size === 0) {
    throw new TraceError(`nothing matches ${JSON.stringify(pattern)}`, {
      file: cwd,
      hint: 'Paths and globs start in that folder. Record a session with POML tracing first, or mend the glob.',
    });
  }
  const found: Session[] = [];
  for (const [dir, named] of matches) walk(dir, named, 0, left, found);
  if (found.length > 0 || [...matches.keys()].some((dir) => left.has(dir))) return found;
  throw new TraceError(`what ${JSON.stringify(pattern)} matches holds no POML trace`, {
    file: cwd,
    hint: 'Looked for folders with files such as 0001.triage.poml and 0001.triage.result.json.',
  });
}

/** Folders to look into; `true` where the pattern names the folder itself. */
function expand(pattern: string, cwd: string): Map<string, boolean> {
  const literal = resolve(cwd, pattern);
  const stat = statSync(literal, { throwIfNoEntry: false });
  if (stat) return new Map([[stat.isDirectory() ? literal : dirname(literal), true]]);
  // What lies below is walked anyway; listing every file of a large session again would only take time.
  const shorter = pattern.replace(/(?:\/\*\*(?:\/\*)?)+\/?$/, '');
  if (pattern === '**' || pattern === '**/*') return new Map([[cwd, false]]);
  if (shorter !== pattern && shorter !== '') return expand(shorter, cwd);
  // `**` meets every folder there is, so it names none.
  const named = !pattern.includes('**');
  const folders = new Map<string, boolean>();
  const files = new Set<string>();
  for (const { path, dirent } of glob(pattern, cwd)) {
    if (dirent.isDirectory()) folders.set(path, named || folders.get(path) === true);
    else if (dirent.isFile() && looksLikeTraceFile(dirent.name)) files.add(dirname(path));
  }
  // `assets` beside traces holds what they include, not traces, unless the user says so.
  for (const dir of files)
    if (basename(dir) !== 'assets' || pattern.includes('assets')) folders.set(dir, true);
  return folders;
}

/** Matches of a glob. A link is neither folder nor file here: it may lead anywhere, and `latest` would count a session twice. */
function glob(
  pattern: string,
  cwd: string,
): { path: string; dirent: Pick<Dirent, 'name' | 'isFile' | 'isDirectory'> }[] {
  const slashes = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  const entries = fastGlob.sync(slashes, {
    cwd,
    absolute: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    objectMode: true,
    ignore: ['**/node_modules/**', '**/.git/**'],
  });
  return entries.map((entry) => ({ path: resolve(entry.path), dirent: entry.dirent }));
}

function leftOut(ignore: readonly string[], cwd: string): Set<string> {
  const paths = new Set<string>();
  for (const pattern of ignore) {
    const literal = resolve(cwd, pattern);
    paths.add(literal);
    // Only folders are left out: a pattern for single files must not hide the whole session.
    for (const { path, dirent } of glob(pattern.replace(/\/+$/, ''), cwd))
      if (dirent.isDirectory()) paths.add(path);
  }
  return paths;
}

/** Collects the sessions in and below a folder. */
function walk(dir: string, named: boolean, depth: number, left: ReadonlySet<string>, found: Session[]): void {
  if (left.has(dir)) return;
  const entries = listFolder(dir);
  const session = sessionOf(dir, entries);
  if (session && (named || isRecording(session))) found.push(session);
  if (depth === MAX_DEPTH) return;
  for (const entry of entries) {
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && !isTempFile(entry.name))
      walk(join(dir, entry.name), false, depth + 1, left, found);
  }
}

/** A folder of prompts may hold a `2026.report.poml`: met by chance, markup alone makes no session. */
function isRecording(session: Session): boolean {
  if (session.recordedAt) return true;
  return session.traces.some((trace) => SUFFIXES.some((suffix) => suffix !== '.poml' && trace.has(suffix)));
}
