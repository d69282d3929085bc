import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode, TraceError } from '../error.ts';
import { sessionName } from '../recorded-at.ts';

/**
 * Makes the folder of a new session below `base`, named as POML names it: local time to the microsecond, 20 digits.
 * No other process has it: a name that is taken is passed over.
 *
 * @returns Its absolute path.
 * @throws TraceError when it cannot be made
 */
export function makeSessionFolder(base: string): string {
  const parent = makeFolder(base);
  const microseconds = Number((process.hrtime.bigint() / 1000n) % 1000n);
  for (let later = 0; ; later++) {
    const name = sessionName(new Date(), (microseconds + later) % 1000);
    try {
      mkdirSync(join(parent, name));
      return join(parent, name);
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') throw notMade(join(parent, name), cause);
    }
  }
}

/**
 * Makes a folder and those above it, where they are missing.
 *
 * @returns Its absolute path.
 * @throws TraceError when it cannot be made
 */
export function makeFolder(folder: string): string {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch (cause) {
    throw notMade(path, cause);
  }
}

function notMade(file: string, cause: unknown): TraceError {
  const why = errorCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new TraceError(`the folder for recorded calls cannot be made (${why})`, {
    file,
    hint: 'Give a traceDir, or a POML_TRACE, that this user may write to.',
    cause,
  });
}
