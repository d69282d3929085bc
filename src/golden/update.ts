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
 * watcher, stay quiet.
 *
 * @returns The paths written.
 */
export function writeGolden(golden: readonly GoldenFile[], files: GoldenFiles): string[] {
  const changed = golden.filter(({ path, text }) => {
    const there = files.read(path);
    return typeof text === 'string' ? there !== text : there === undefined;
  });
  if (changed.length > 0) files.change(changed.map(({ path, text }) => ({ path, content: text })));
  return changed.map(({ path }) => path);
}

/** Whether a golden that stands so may be written. */
export function mayWrite(mode: UpdateMode, exists: boolean): boolean {
  return mode === 'all' || (mode === 'new' && !exists);
}
