import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GOLDENS_FOLDER, goldenFolder, slug } from '../golden/call-golden.ts';
import { findObsolete, type ObsoleteGolden } from '../golden/obsolete.ts';
import { recoverProject, removeFiles } from '../project/state-folder.ts';

/** What is used of Jest's results; plain data that other reporters read too. */
interface RunResults {
  snapshot: {
    unchecked: number;
    uncheckedKeysByFile: { filePath: string; keys: string[] }[];
    filesRemoved: number;
    filesRemovedList: string[];
  };
  testResults: FileResult[];
}

interface FileResult {
  testFilePath: string;
  /** Set when the file itself broke, so that its tests are not known. */
  testExecError?: unknown;
  skipped?: boolean;
  testResults: { fullName: string }[];
}

/**
 * Jest reporter that finds goldens whose test is gone: Jest's summary counts them as obsolete, and `-u` removes them. A
 * golden belongs to its test by name, so one of a test that was skipped, filtered out or failed is not obsolete.
 *
 * @example
 * // jest.config.js
 * module.exports = { reporters: ['vitest-poml/jest-reporter', 'default'] };
 */
export default class GoldenReporter {
  readonly #remove: boolean;
  /** Absolute. */
  readonly #root: string;

  constructor({ updateSnapshot, rootDir }: { updateSnapshot?: string; rootDir?: string } = {}) {
    this.#remove = updateSnapshot === 'all';
    this.#root = rootDir ?? process.cwd();
  }

  /** Completes what a killed run had begun to remove. */
  onRunStart(): void {
    recoverProject({ root: this.#root, homes: [this.#root] });
  }

  onRunComplete(_contexts: unknown, { snapshot, testResults }: RunResults): void {
    const folders = new Set<string>();
    for (const file of testResults) {
      folders.add(path.dirname(goldenFolder(file.testFilePath)));
      if (file.testExecError || file.skipped) continue;
      const names = new Set(file.testResults.map(({ fullName }) => slug(fullName)));
      this.#report(snapshot, file.testFilePath, (slugOfGolden) => names.has(slugOfGolden));
    }
    for (const folder of folders) {
      for (const testFile of orphans(folder)) this.#report(snapshot, testFile, () => false);
    }
  }

  #report(
    snapshot: RunResults['snapshot'],
    testFile: string,
    isUsed: (slugOfGolden: string) => boolean,
  ): void {
    const folder = goldenFolder(testFile);
    const obsolete = goldensIn(folder).filter(({ id }) => !isUsed(id.replace(/^\d+\./, '')));
    if (obsolete.length === 0) return;
    if (!this.#remove) {
      snapshot.unchecked += obsolete.length;
      snapshot.uncheckedKeysByFile.push({ filePath: testFile, keys: obsolete.map(({ id }) => id) });
      return;
    }
    removeFiles(
      obsolete.flatMap(({ files }) => files.map((file) => path.join(folder, file))),
      this.#root,
    );
    for (const { id } of obsolete) {
      snapshot.filesRemoved++;
      snapshot.filesRemovedList.push(path.join(folder, id));
    }
    removeEmpty(folder);
    removeEmpty(path.dirname(folder));
  }
}

/** Test files that have goldens and are not there any more. */
function orphans(goldens: string): string[] {
  return namesIn(goldens)
    .map((name) => path.join(path.dirname(goldens), name))
    .filter((testFile) => !existsSync(testFile));
}

function goldensIn(folder: string): ObsoleteGolden[] {
  return findObsolete(namesIn(folder), []);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function removeEmpty(folder: string): void {
  const isGoldens = folder.split(path.sep).includes(GOLDENS_FOLDER);
  if (isGoldens && existsSync(folder) && readdirSync(folder).length === 0)
    rmSync(folder, { recursive: true });
}
