import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../trace/error.ts';
import { writeFileAtomic } from '../trace/write.ts';
import type { GoldenFiles } from './tools.ts';

/** The files of a golden on disk. */
export const diskFiles: GoldenFiles = {
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
