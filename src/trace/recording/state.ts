import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { TraceError } from '../error.ts';
import { type Cell, emptyCell } from './flow.ts';
import { SessionFolder } from './folder.ts';
import { TraceLog, type TraceRecord } from './log.ts';
import { makeFolder, makeSessionFolder } from './session-folder.ts';
import type { TraceSink } from './sink.ts';

/** Where calls are recorded beside the files. */
export type RemoteBackend = 'agentops' | 'mlflow' | 'weave' | 'otlp';

/** Where calls are recorded: `local` is files. */
export type TraceBackend = 'local' | RemoteBackend;

export interface SetTraceOptions {
  /** A folder for a new session folder, named by the time; it is made where it is missing. */
  traceDir?: string;
}

/** How calls are recorded from now on. */
export interface Recording {
  /** Whether `getTrace` tells of them. */
  logged: boolean;
  /** Where their files go; `undefined` for nowhere. */
  folder: SessionFolder | undefined;
  sinks: readonly TraceSink[];
  /** Where strands of work begin that made no call yet. */
  root: Cell;
}

const BACKENDS: readonly string[] = ['local', 'agentops', 'mlflow', 'weave', 'otlp'] satisfies TraceBackend[];

/**
 * The one setting of the process, as in POML's SDK: an application says once where its calls are recorded, and every
 * module that calls `poml` is spared to know.
 */
let setting: Omit<Recording, 'folder'> & { traceDir: string | undefined } = nothing();
/** Whether the application said anything; until then POML_TRACE speaks. */
let isSet = false;
let folder: SessionFolder | undefined;
const log = new TraceLog();

function nothing(): typeof setting {
  return { logged: false, traceDir: undefined, sinks: [], root: emptyCell() };
}

/** Opens a backend that is not `local`. */
export type OpenSink = (backend: RemoteBackend) => TraceSink;

/**
 * Sets where calls of `poml` are recorded from now on.
 *
 * @returns The folder of the session, absolute; `undefined` when no files are written.
 * @throws TraceError when the folder cannot be made or written to, TypeError for a backend there is not
 */
export function configure(
  backends: boolean | TraceBackend | readonly TraceBackend[],
  options: SetTraceOptions,
  openSink: OpenSink,
): string | undefined {
  const names = namesOf(backends);
  isSet = true;
  folder = undefined;
  leave(setting.sinks);
  if (names.length === 0) {
    setting = nothing();
    return undefined;
  }
  const remote = names.filter((name) => name !== 'local');
  setting = { ...nothing(), logged: true };
  setting.traceDir = options.traceDir === undefined ? undefined : makeSessionFolder(options.traceDir);
  const dir = setting.traceDir ?? (process.env.POML_TRACE && makeFolder(process.env.POML_TRACE));
  if (dir) checkWritable(dir);
  setting.sinks = [...new Set(remote)].map(openSink);
  return dir || undefined;
}

/** How long what a former setting still has may take to be delivered. */
const LEAVING_MS = 10_000;
const leaving = new Set<Promise<unknown>>();

/** Lets backends deliver what they have when they are no longer told anything. */
function leave(former: readonly TraceSink[]): void {
  for (const sink of former) {
    const flushed = sink.flush(LEAVING_MS).finally(() => leaving.delete(flushed));
    leaving.add(flushed);
  }
}

export interface FlushOptions {
  /** Milliseconds (default 10,000). */
  timeout?: number;
}

/**
 * Waits until the backends have what they were told. A program that comes to its end by itself need not: only one that
 * calls `process.exit`, or is frozen between requests as serverless functions are. Never throws.
 *
 * @example await flushTrace({ timeout: 2000 });
 */
export async function flushTrace({ timeout = 10_000 }: FlushOptions = {}): Promise<void> {
  const flushed = Promise.all([...setting.sinks.map((sink) => sink.flush(timeout)), ...leaving]);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, timeout);
  });
  await Promise.race([flushed, over]);
  clearTimeout(timer);
}

/** How a call that begins now is recorded; `undefined` when it is not. */
export function recording(): Recording | undefined {
  const fromEnvironment = process.env.POML_TRACE;
  const dir = setting.traceDir ?? (fromEnvironment ? resolve(fromEnvironment) : undefined);
  const logged = setting.logged || (!isSet && dir !== undefined);
  if (!logged && dir === undefined) return undefined;
  if (folder?.dir !== dir) folder = dir === undefined ? undefined : new SessionFolder(dir);
  return { logged, folder, sinks: setting.sinks, root: setting.root };
}

/** Who hears of spans now. */
export function sinks(): readonly TraceSink[] {
  return setting.sinks;
}

/** Where strands of work begin. */
export function rootCell(): Cell {
  return setting.root;
}

/** Remembers a call for `getTrace`. */
export function remember(record: TraceRecord): void {
  log.add(record);
}

/**
 * The calls that this process recorded, oldest first, those that failed too. Of very many, only the latest are told.
 *
 * @example getTrace().at(-1)?.result
 */
export function getTrace(): TraceRecord[] {
  return log.list();
}

/** Forgets the calls that `getTrace` tells of. Files stay, and recording goes on. */
export function clearTrace(): void {
  log.clear();
}

function namesOf(backends: boolean | TraceBackend | readonly TraceBackend[]): readonly TraceBackend[] {
  if (typeof backends === 'boolean') return backends ? ['local'] : [];
  const names = typeof backends === 'string' ? [backends] : backends;
  if (!Array.isArray(names)) {
    throw new TypeError("setTrace: name the backends first: setTrace('local', { traceDir: 'pomlruns' }).");
  }
  for (const name of names) {
    if (!BACKENDS.includes(name))
      throw new TypeError(
        `setTrace: there is no backend ${JSON.stringify(name)}; there are ${BACKENDS.join(', ')}.`,
      );
  }
  return names;
}

function checkWritable(dir: string): void {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new TraceError('the folder for recorded calls may not be written to', {
      file: dir,
      hint: 'Give this user the right to write there, or name another traceDir or POML_TRACE.',
      cause,
    });
  }
}
