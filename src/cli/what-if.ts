import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseJsonPath } from '../golden/json-path.ts';
import { errorCode } from '../trace/error.ts';
import { isRecord } from '../trace/json.ts';
import { UsageError } from './command.ts';

/** A value to put at a place. */
export interface Setting {
  /** As it was written, for messages. */
  text: string;
  place: readonly (string | number)[];
  value: unknown;
}

/** Keys that lead out of plain data. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads `user.tier=gold`, `items[0].price=12.5`, `items=[]`, `["a key"].b="1"`. What is JSON is taken as such,
 * everything else as text.
 *
 * @throws UsageError, JsonPathError
 */
export function parseSetting(text: string): Setting {
  const split = equalsSign(text);
  if (split === undefined)
    throw new UsageError(`--set takes a place and a value, e.g. user.tier=gold, not ${text}.`);
  const path = parseJsonPath(text.slice(0, split));
  const place = path.steps.map((step) => {
    if (step.kind === 'child') return step.key;
    throw new UsageError(`--set takes the place of one value; ${path.text} names several.`);
  });
  const bad = place.find((key) => FORBIDDEN.has(String(key)));
  if (bad !== undefined) throw new UsageError(`--set cannot set ${bad}: it is no place for data.`);
  return { text, place, value: jsonOrText(text.slice(split + 1)) };
}

/** The first `=` that is not inside of brackets, where keys may hold one. */
function equalsSign(text: string): number | undefined {
  const [before] = /^(?:\["(?:[^"\\]|\\.)*"\]|\['(?:[^'\\]|\\.)*'\]|[^=[]|\[(?!["']))*/.exec(text)!;
  return text[before.length] === '=' ? before.length : undefined;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Puts values in their places, making objects on the way. Changes and returns the given values.
 *
 * @throws UsageError where a place cannot be: in a text, or behind the end of a list
 */
export function applySettings(
  values: Record<string, unknown>,
  settings: readonly Setting[],
): Record<string, unknown> {
  for (const setting of settings) put(values, setting);
  return values;
}

function put(values: Record<string, unknown>, { text, place, value }: Setting): void {
  let holder: unknown = values;
  for (const [i, key] of place.entries()) {
    const at = place.slice(0, i).join('.') || 'the context';
    if (typeof key === 'number') {
      if (!Array.isArray(holder)) throw new UsageError(`--set ${text}: ${at} is no list.`);
      if (key > holder.length) throw new UsageError(`--set ${text}: ${at} has only ${holder.length} items.`);
    } else if (!isRecord(holder)) throw new UsageError(`--set ${text}: ${at} is no object.`);
    const slot = holder as Record<string | number, unknown>;
    if (i === place.length - 1) slot[key] = value;
    else if (!Object.hasOwn(slot, key)) slot[key] = typeof place[i + 1] === 'number' ? [] : {};
    holder = slot[key];
  }
}

/**
 * Reads a file of values for an option.
 *
 * @throws UsageError when it is missing, no JSON, or no object
 */
export function readValues(option: string, file: string, cwd: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path.resolve(cwd, file), 'utf8'));
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      errorCode(error) === 'ENOENT'
        ? `--${option}: there is no file ${file}.`
        : `--${option} ${file}: ${message}`,
    );
  }
  if (isRecord(value)) return value;
  throw new UsageError(`--${option} ${file}: it must hold a JSON object.`);
}

/** The absolute path of a file that an option names, from the working directory or else the project root. */
export function existingFile(option: string, name: string, folders: readonly string[]): string {
  const file = folders
    .map((folder) => path.resolve(folder, name))
    .find((each) => statSync(each, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) throw new UsageError(`--${option}: there is no file ${name}.`);
  return file;
}
