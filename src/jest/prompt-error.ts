import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure, Place } from '../matchers/index.ts';

/** Absolute folder of the package's code. */
const OWN_CODE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const MAX_PLACES = 3;

/**
 * An error that Jest prints as it is, and whose stack points at the prompt first and at the test after it: Jest shows
 * the code of the first.
 *
 * @param callSite Stack of an error made where the matcher was called: an asynchronous step has lost it.
 */
export function promptError({ message, diff, places, cause }: Failure, callSite: string | undefined): Error {
  const error = new Error(
    diff === undefined ? message : `${message}\n\n${diff}`,
    cause === undefined ? undefined : { cause },
  );
  error.name = 'PromptError';
  error.stack = [
    `${error.name}: ${error.message}`,
    ...promptFrames(places ?? []),
    ...callFrames(callSite),
  ].join('\n');
  return error;
}

function promptFrames(places: readonly Place[]): string[] {
  const frames = places
    .filter((place) => place.file !== undefined)
    .map(({ file, line, column }) => `    at ${file}:${line}:${column}`);
  return [...new Set(frames)].slice(0, MAX_PLACES);
}

/** The frames of a stack without those of this package. */
function callFrames(stack: string | undefined): string[] {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.filter((frame) => !frame.includes(OWN_CODE));
}
