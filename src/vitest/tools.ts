import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MaybePromise } from '../golden/maybe.ts';
import type { GoldenFiles, GoldenTools } from '../golden/tools.ts';
import { renderMaybeSync } from '../poml/index.ts';
import { writeFileAtomic } from '../trace/index.ts';
import { findSource } from './find-source.ts';
import { settings } from './settings.ts';

/** What the golden layer is given in a test worker. */
export interface WorkerTools extends GoldenTools {
  /** A function that counts the tokens of a text. Loads the tokenizer. */
  countTokens(): MaybePromise<(text: string) => number>;
}

let current: WorkerTools | undefined;

/** The tools of the test file that runs. */
export function tools(): WorkerTools {
  current ??= {
    render: renderMaybeSync,
    files: diskFiles,
    findSource: findSource(settings()),
    countTokens: async () => {
      const { encodeTokens } = await import('../poml/assets/tokens.ts');
      return (text) => encodeTokens(text).length;
    },
  };
  return current;
}

/** Forgets what was found on disk: a worker that is used for several files, or several runs, would show old prompts. */
export function resetTools(): void {
  current = undefined;
}

/** The file system as the golden layer needs it. */
const diskFiles: GoldenFiles = {
  read: (file) => orUndefined(() => readFileSync(file, 'utf8')),
  write(file, text) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileAtomic(file, text);
  },
  list: (folder) => orUndefined(() => readdirSync(folder)),
};

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EISDIR']);

/** `undefined` for what is not there; any other trouble is an error. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
