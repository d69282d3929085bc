import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../trace/error.ts';
import { changeFiles } from '../trace/transaction.ts';
import { writeFileAtomic } from '../trace/write.ts';
import type { GoldenFiles } from './tools.ts';

/**
 * The files of goldens on disk.
 *
 * @param makeJournal Makes the folder in which it is written down what is being done when several change as one.
 */
export function goldenFiles(makeJournal: () => string): GoldenFiles {
  return { ...diskFiles, change: (changes, options) => changeFiles(changes, makeJournal(), options) };
}

/** Files on disk, one by one. */
export const diskFiles: Omit<GoldenFiles, 'change'> = {
  read: (file) => unlessMissing(() => readFileSync(file, 'utf8')),
  write(file, text) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileAtomic(file, text);
  },
  list: (folder) => unlessMissing(() => readdirSync(folder)),
};

/** `undefined` for what is not there, or is a folder in place of a file and the other way round. */
function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
