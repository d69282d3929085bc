import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { recoverWrites, removeStaleTemps, writeFileAtomic } from '../trace/index.ts';

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
export const JOURNAL = 'journal';

/**
 * Completes what killed runs had begun to write in a project; to be called before its goldens are read.
 *
 * @returns The files that were completed, absolute.
 */
export function recoverProject(root: string): string[] {
  const folder = statePath(root);
  // Something else of this name holds nothing of ours, and is no reason for a test to fail.
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  removeStaleTemps(folder);
  return recoverWrites(statePath(root, JOURNAL), root);
}
