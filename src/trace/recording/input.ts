import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TraceError } from '../error.ts';
import { type JsonCopy, jsonCopy, jsonFromFile } from './json-copy.ts';

/** A context or a stylesheet: an object, or the path of a JSON file. */
export type JsonInput = Record<string, unknown> | string | URL;

/** What a call was given, read and checked. */
export interface CallInput {
  markup: string;
  /** The prompt's file, absolute; of markup given as text a file of the temporary folder that never was. */
  sourcePath: string;
  /** The path as it was given; `undefined` for text. */
  path: string | undefined;
  context: (JsonCopy & { path?: string }) | undefined;
  stylesheet: (JsonCopy & { path?: string }) | undefined;
}

/** A text that is one, to look at, though there is no such file. */
const LIKE_A_PATH = /^[\p{L}\p{N}_\-./]+$/u;

/**
 * Reads what a call was given, as POML's Python SDK takes it: a text that is the path of a file is that file, every
 * other text is markup.
 *
 * @throws TraceError for a file that is not there, TypeError for a context that JSON cannot hold
 */
export function readInput(
  markup: string | URL,
  context?: JsonInput | null,
  stylesheet?: JsonInput | null,
): CallInput {
  return {
    ...readMarkup(markup),
    context: readJson(context, 'context'),
    stylesheet: readJson(stylesheet, 'stylesheet'),
  };
}

function readMarkup(given: string | URL): Pick<CallInput, 'markup' | 'sourcePath' | 'path'> {
  if (given instanceof URL) {
    const path = fileURLToPath(given);
    return { markup: readText(path, 'prompt'), sourcePath: path, path };
  }
  if (typeof given !== 'string') throw new TypeError('markup must be a text, or the path of a prompt file.');
  if (isFile(given)) {
    return { markup: readText(given, 'prompt'), sourcePath: resolve(given), path: given };
  }
  if (LIKE_A_PATH.test(given)) {
    process.emitWarning(
      `The markup ${JSON.stringify(given)} looks like the path of a file, but there is none: it is taken for the prompt itself.`,
      { code: 'VITEST_POML_MARKUP' },
    );
  }
  return { markup: given, sourcePath: join(tmpdir(), temporaryName()), path: undefined };
}

function readJson(given: JsonInput | null | undefined, what: string): CallInput['context'] {
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given === 'string' || given instanceof URL) {
    const path = typeof given === 'string' ? given : fileURLToPath(given);
    return { ...jsonFromFile(readText(path, what), `${what} file ${path}`), path };
  }
  return jsonCopy(given, what);
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TraceError(`the ${what} file cannot be read (${why})`, {
      file: resolve(path),
      hint: 'Relative paths start in the working directory.',
      cause,
    });
  }
}

function isFile(path: string): boolean {
  // No file name holds these, and markup nearly always does.
  if (path === '' || path.includes('\0') || path.includes('\n')) return false;
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_';

/** A name as Python's `tempfile` makes it: readers of traces know a prompt given as text by it. */
function temporaryName(): string {
  return `tmp${Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}
