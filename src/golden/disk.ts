import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../trace/error.ts';
import { writeFilesAtomic } from '../trace/transaction.ts';
import { writeFileAtomic } from '../trace/write.ts';
import type { GoldenFiles } from './tools.ts';

/** The files of a golden on disk; several that are written as one are written one after the other, the last one last. */
export const diskFiles: GoldenFiles = {
  read: (file) => unlessMissing(() => readFileSync(file, 'utf8')),
  write(file, text) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileAtomic(file, text);
  },
  writeAll(files) {
    for (const { path: file, content } of files) diskFiles.write(file, content);
  },
  list: (folder) => unlessMissing(() => readdirSync(folder)),
};

/**
 * `diskFiles` that survive a kill between the files of one golden.
 *
 * @param root Absolute; only files below it are written down, so that a recovery need not be trusted with others.
 * @param makeJournal Makes the folder in which it is written down what is being done.
 */
export function journaledFiles(root: string, makeJournal: () => string): GoldenFiles {
  return {
    ...diskFiles,
    writeAll(files) {
      const isBelow = ({ path: file }: { path: string }) => !path.relative(root, file).startsWith('..');
      if (files.every(isBelow)) writeFilesAtomic(files, makeJournal());
      else diskFiles.writeAll(files);
    },
  };
}

/** `undefined` for what is not there, or is a folder in place of a file and the other way round. */
function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
