import path from 'node:path';
import {
  loadSession as sessionAt,
  loadSessions as sessionsOf,
  loadTrace as traceAt,
} from '../trace/index.ts';
import type { Session, Trace } from '../trace/types.ts';
import { surroundings } from './matcher-scope.ts';

/**
 * Loads a recorded session: a folder that POML traced into. Reads no trace before it is asked for.
 *
 * @param dir Absolute, or from the project root.
 * @throws TraceError when the folder is missing or holds no trace
 */
export function loadSession(dir: string): Session {
  return sessionAt(fromRoot(dir));
}

/**
 * Loads all sessions that the paths or globs name, from the project root; `!…` leaves out what it matches.
 *
 * @throws TraceError when one matches nothing
 */
export function loadSessions(globs: string | string[]): Session[] {
  return sessionsOf(globs, { cwd: surroundings().settings.root });
}

/**
 * Loads one recorded call by the path of its files without suffix, or of any of its files.
 *
 * @param prefix Absolute, or from the project root.
 * @throws TraceError when there is no such trace; similar ones are named
 * @example loadTrace('pomlruns/20261121052042120390/0007.triage')
 */
export function loadTrace(prefix: string): Trace {
  return traceAt(fromRoot(prefix));
}

function fromRoot(file: string): string {
  return path.resolve(surroundings().settings.root, file);
}
