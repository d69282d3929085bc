import type { GoldenFiles } from './tools.ts';

/** What may be written: `all` changed and new goldens, `new` only those that are not there yet, `none` nothing (CI). */
export type UpdateMode = 'all' | 'new' | 'none';

/** A file that a golden consists of and what it should hold. */
export interface GoldenFile {
  /** Absolute. */
  path: string;
  /** Bytes for files that are named by their content: one that is there is right. */
  text: string | Uint8Array;
}

/**
 * Writes the files of a golden as one; one whose bytes are right already is left alone, so that its time stamp, and a
 * watcher, stay quiet. The `.result.json` comes last: it alone decides whether a render is the same, so wherever files
 * cannot be written as one, a killed run leaves a golden that still counts as the old one.
 *
 * @returns The paths written.
 */
export function writeGolden(golden: readonly GoldenFile[], files: GoldenFiles): string[] {
  const order = [...golden].sort((one, other) => Number(isResult(one)) - Number(isResult(other)));
  const changed = order.filter(({ path, text }) => {
    const there = files.read(path);
    return typeof text === 'string' ? there !== text : there === undefined;
  });
  if (changed.length > 0) files.writeAll(changed.map(({ path, text }) => ({ path, content: text })));
  return changed.map(({ path }) => path);
}

function isResult({ path }: GoldenFile): boolean {
  return path.endsWith('.result.json');
}

/** Whether a golden that stands so may be written. */
export function mayWrite(mode: UpdateMode, exists: boolean): boolean {
  return mode === 'all' || (mode === 'new' && !exists);
}
