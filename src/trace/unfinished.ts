import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TraceError } from './error.ts';
import { loadTrace } from './session.ts';
import type { Trace } from './types.ts';

/** POML writes all files of a trace at the end of its call: within milliseconds, on a slow disk within this time. */
const WRITTEN_WITHIN_MS = 1000;
const LOOK_EVERY_MS = 50;

/**
 * Whether POML may still be writing a trace: its last file is missing, and its first one was made a moment ago. A call
 * that failed leaves the same files, so only time tells.
 */
export function isBeingWritten(trace: Trace): boolean {
  return !(trace.has('.result.json') && trace.has('.result.txt')) && isYoung(trace, '.poml');
}

/** Whether a file of a trace was changed a moment ago. */
export function isYoung(trace: Trace, suffix: string): boolean {
  const changed = statSync(trace.path(suffix), { throwIfNoEntry: false })?.mtimeMs;
  // A clock that is ahead must not make anybody wait for ever.
  return changed !== undefined && Math.abs(Date.now() - changed) < WRITTEN_WITHIN_MS;
}

/** A trace as it is once it is whole, or once POML would have written it; at most a second from its beginning. */
export async function whenWritten(trace: Trace, isUnfinished: (now: Trace) => boolean): Promise<Trace> {
  let now = trace;
  for (let waited = 0; waited < WRITTEN_WITHIN_MS && isUnfinished(now); waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    now = listedAgain(now);
  }
  return now;
}

function listedAgain(trace: Trace): Trace {
  try {
    return loadTrace(trace.prefix);
  } catch (error) {
    // Taken away meanwhile: its files say so when they are read.
    if (error instanceof TraceError) return trace;
    throw error;
  }
}
