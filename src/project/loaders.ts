import path from 'node:path';
import {
  loadSession as sessionAt,
  loadSessions as sessionsOf,
  loadTrace as traceAt,
} from '../trace/index.ts';
import type { Session, Trace } from '../trace/types.ts';

/** The loaders of recorded sessions that tests use: paths start in the project root. */
export interface Loaders {
  /**
   * Loads a recorded session: a folder that POML traced into. Reads no trace before it is asked for.
   *
   * @param dir Absolute, or from the project root.
   * @throws TraceError when the folder is missing or holds no trace
   */
  loadSession(dir: string): Session;
  /**
   * Loads all sessions that the paths or globs name, from the project root; `!…` leaves out what it matches.
   *
   * @throws TraceError when one matches nothing
   * @example for (const session of loadSessions('pomlruns/*')) console.log(session.name, session.traces.length);
   */
  loadSessions(globs: string | string[]): Session[];
  /**
   * Loads one recorded call by the path of its files without suffix, or of any of its files.
   *
   * @param prefix Absolute, or from the project root.
   * @throws TraceError when there is no such trace; similar ones are named
   * @example loadTrace('pomlruns/20261121052042120390/0007.triage')
   */
  loadTrace(prefix: string): Trace;
}

/** Loaders for a project; its root is asked for at each call, as a test runner knows it late. */
export function loadersOf(root: () => string): Loaders {
  return {
    loadSession: (dir) => sessionAt(path.resolve(root(), dir)),
    loadSessions: (globs) => sessionsOf(globs, { cwd: root() }),
    loadTrace: (prefix) => traceAt(path.resolve(root(), prefix)),
  };
}
