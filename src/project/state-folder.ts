import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  changeFiles,
  recoverChanges,
  removeStaleTemps,
  staleTempFolders,
  tempName,
  writeFileAtomic,
} from '../trace/index.ts';

/** Name of the folder in the project root that holds what runs leave: pending renders, reports, unsent telemetry. */
export const STATE_FOLDER = '.vitest-poml';

/** A folder for what runs leave; nothing is made yet. */
export function statePath(root: string, ...parts: string[]): string {
  return path.join(root, STATE_FOLDER, ...parts);
}

/**
 * Makes the state folder and a folder in it. What is in it is of this machine and run, so it keeps itself out of
 * version control.
 *
 * @returns The absolute path of the inner folder.
 */
export function makeStateFolder(root: string, ...parts: string[]): string {
  const folder = statePath(root, ...parts);
  mkdirSync(folder, { recursive: true });
  const ignore = statePath(root, '.gitignore');
  if (!existsSync(ignore)) writeFileAtomic(ignore, '*\n');
  return folder;
}

/** Name of the folder in it of what is written down while goldens are replaced. */
const JOURNAL = 'journal';
/** Name of the folder in it of what is needed for as long as a process runs. */
const SCRATCH = 'scratch';

/** Makes the folder of what is written down while goldens are replaced. */
export function makeJournal(root: string): string {
  return makeStateFolder(root, JOURNAL);
}

/**
 * Removes files, absolute paths, as one: after a kill, and the start of the next run, all are there or none is.
 *
 * @param root Absolute folder of the project.
 */
export function removeFiles(files: readonly string[], root: string): void {
  const changes = files.map((file) => ({ path: file, content: undefined }));
  changeFiles(changes, makeJournal(root));
}

/** Makes a folder for this process; a later run removes it, unless this one does. */
export function makeScratchFolder(root: string): string {
  return makeStateFolder(root, SCRATCH, tempName());
}

/**
 * Completes what killed runs had begun to write in a project, and removes what else they have left; to be called before its
 * goldens are listed or read.
 *
 * @param homes Absolute folders that goldens may lie in.
 * @returns The files that were completed, absolute.
 */
export function recoverProject({ root, homes }: { root: string; homes: readonly string[] }): string[] {
  const folder = statePath(root);
  // Something else of this name holds nothing of ours, and is no reason for a test to fail.
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  removeStaleTemps(folder);
  const scratch = statePath(root, SCRATCH);
  for (const left of existsSync(scratch) ? staleTempFolders(scratch) : [])
    rmSync(left, { recursive: true, force: true });
  return recoverChanges(statePath(root, JOURNAL), homes);
}
