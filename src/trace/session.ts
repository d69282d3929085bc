import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, printablePath, TraceError } from './error.ts';
import { compareText, groupNames, looksLikeTraceFile, SUFFIXES } from './names.ts';
import { recordedAt } from './recorded-at.ts';
import { RecordedTrace } from './trace.ts';
import type { Session, Trace } from './types.ts';

const LOOKED_FOR = 'files such as 0001.triage.poml or 0001.triage.result.json';

/**
 * Loads one session: a folder that holds the files of POML's tracer. Only the folder is listed; files are read
 * when a trace is asked for them.
 *
 * @throws TraceError when the folder is missing, is no folder, or holds no trace
 * @example loadSession('pomlruns/20261121052042120390').traces[0]?.markup
 */
export function loadSession(dir: string): Session {
  const path = resolve(dir);
  const entries = listFolder(path);
  const session = sessionOf(path, entries);
  if (session) return session;
  const inner = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const timestamps = inner.filter((name) => recordedAt(name) !== undefined).sort(compareText);
  const hint =
    timestamps.length > 0
      ? `It holds ${timestamps.length} session folder(s): name one, e.g. ${printablePath(join(path, timestamps[0] ?? ''))}, or use loadSessions.`
      : 'Give the folder that POML recorded into, e.g. pomlruns/<timestamp>.';
  throw new TraceError(`holds no POML trace (looked for ${LOOKED_FOR})`, {
    file: path,
    sessionDir: path,
    hint,
  });
}

/** The session a listed folder is; `undefined` when it holds no trace. */
export function sessionOf(dir: string, entries: readonly Dirent[]): Session | undefined {
  const named = groupNames(fileNames(entries));
  if (named.length === 0) return undefined;
  const name = basename(dir);
  const date = recordedAt(name);
  return { dir, name, recordedAt: date, traces: named.map((trace) => new RecordedTrace(dir, date, trace)) };
}

/**
 * Loads one trace by its path without suffix, or by the path of any of its files.
 *
 * @throws TraceError when there is no such trace; similar ones are named
 * @example loadTrace('pomlruns/20261121052042120390/0007.triage')
 * @example loadTrace('pomlruns/20261121052042120390/0007.triage.result.json')
 */
export function loadTrace(prefix: string): Trace {
  const path = resolve(prefix);
  const dir = dirname(path);
  const wanted = basename(path);
  const session = cachedSession(dir);
  const trace = session.get(wanted) ?? longestPrefix(session, wanted);
  if (trace) return trace;
  if (isFolder(path)) {
    throw new TraceError('is a folder, not a trace', {
      file: path,
      hint: 'Use loadSession for a whole session.',
    });
  }
  throw new TraceError('there is no such trace', {
    file: path,
    sessionDir: dir,
    hint: neighbours(session, wanted),
  });
}

/** The trace that a file belongs to: the one whose name, and a known suffix or one of its artifacts, make it up. */
function longestPrefix(session: ReadonlyMap<string, Trace>, file: string): Trace | undefined {
  for (let dot = file.lastIndexOf('.'); dot > 0; dot = file.lastIndexOf('.', dot - 1)) {
    const trace = session.get(file.slice(0, dot));
    const suffix = file.slice(dot);
    // A suffix of POML's may be meant to be written yet, as the result of a call that failed.
    if (trace && (trace.has(suffix) || SUFFIXES.some((known) => known === suffix))) return trace;
  }
  return undefined;
}

function neighbours(session: ReadonlyMap<string, Trace>, wanted: string): string {
  const ids = [...session.keys()];
  if (ids.length === 0) return `The folder holds no POML trace (looked for ${LOOKED_FOR}).`;
  const digits = /^\d+/.exec(wanted)?.[0];
  const name = wanted.replace(/^\d+\./, '');
  const near = ids.filter((id) => (digits && id.startsWith(`${digits}.`)) || id.endsWith(`.${name}`));
  const shown = (near.length > 0 ? near : ids).slice(0, 3).map(printablePath);
  return `The folder holds ${ids.length} trace(s), e.g. ${shown.join(', ')}.`;
}

/** Lists a folder, types included, in one call. */
export function listFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    const details = { file: path, sessionDir: path, cause };
    switch (errorCode(cause)) {
      case 'ENOENT':
        throw new TraceError('there is no such folder', {
          ...details,
          hint: 'Check the path; it is taken from the working directory.',
        });
      case 'ENOTDIR': {
        const hint = looksLikeTraceFile(basename(path))
          ? `Name its folder: ${printablePath(dirname(path))}`
          : 'Name the folder of a session.';
        throw new TraceError('is a file, not a session folder', { ...details, hint });
      }
      case 'EACCES':
      case 'EPERM':
        throw new TraceError('may not be listed', {
          ...details,
          hint: 'Give this user the right to read it, e.g. chmod u+rx.',
        });
      default:
        throw new TraceError(
          `cannot be listed (${cause instanceof Error ? cause.message : String(cause)})`,
          details,
        );
    }
  }
}

function fileNames(entries: readonly Dirent[]): string[] {
  const names: string[] = [];
  for (const entry of entries) if (!entry.isDirectory()) names.push(entry.name);
  return names;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A folder that has changed within this time may change again without a new time stamp. */
const SETTLED_MS = 2000;
let last: { dir: string; state: string; traces: ReadonlyMap<string, Trace> } | undefined;

/** The traces of a folder by id. The last folder is kept while its time stamp stays, for thousands of `loadTrace` calls. */
function cachedSession(dir: string): ReadonlyMap<string, Trace> {
  const stat = statSync(dir, { throwIfNoEntry: false, bigint: true });
  const state = stat ? `${stat.dev}:${stat.ino}:${stat.mtimeNs}` : '';
  if (last?.dir === dir && last.state === state) return last.traces;
  last = undefined;
  const session = sessionOf(dir, listFolder(dir));
  const traces = new Map(session?.traces.map((trace) => [trace.id, trace]));
  if (stat && Date.now() - Number(stat.mtimeMs) > SETTLED_MS) last = { dir, state, traces };
  return traces;
}
