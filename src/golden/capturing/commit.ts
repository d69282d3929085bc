import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { errorCode } from '../../trace/error.ts';
import { compareText } from '../../trace/names.ts';
import { staleTempFolders, tempName, writeFileAtomic } from '../../trace/write.ts';
import type { PlacedDraft } from './place.ts';

/** What is to be done, in order: from paths in the stage to paths in the folder of the goldens. Written down before it is begun. */
interface Journal {
  moves: [from: string, to: string][];
  removals: string[];
}

const JOURNAL = 'journal.json';

/** Makes a folder for drafts in the folder of the goldens, and finishes or undoes what killed runs left there. */
export function openStage(to: string): string {
  mkdirSync(to, { recursive: true });
  recover(to);
  const stage = path.join(to, tempName());
  mkdirSync(stage);
  return stage;
}

/** Takes a stage away, with the folder of the goldens where nothing came into it. */
export function closeStage(stage: string): void {
  rmSync(stage, { recursive: true, force: true });
  try {
    rmdirSync(path.dirname(stage));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw error;
  }
}

/**
 * Finishes what runs that were killed while they put goldens in their place had begun, and removes what runs left that
 * had not come so far.
 */
export function recover(to: string): void {
  for (const stage of staleTempFolders(to)) {
    const journal = path.join(stage, JOURNAL);
    if (existsSync(journal)) carryOut(JSON.parse(readFileSync(journal, 'utf8')) as Journal, stage, to);
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * Puts drafts in their place. A session that is not there yet comes as a whole, in one step. Else every file is
 * replaced in one step, and what is to be done is written down first: after a kill, the next run completes it.
 *
 * @param removals Absolute paths of files that go.
 */
export function putInPlace(
  placed: readonly PlacedDraft[],
  removals: readonly string[],
  stage: string,
  to: string,
): void {
  const fromTo = (file: string) => path.relative(to, file);
  const moves = placed.flatMap(({ draft, target }) => {
    const assets = draft.assets.map((name) => path.join(ASSETS_FOLDER, name));
    const files = [...draft.suffixes].sort(resultsLast).map((suffix) => draft.id + suffix);
    return [...assets, ...files].map((file): [string, string] => [
      path.join(draft.dir, file),
      path.join(target, file),
    ]);
  });
  const unique = new Map(moves.map(([from, target]) => [target, from]));
  const isNewFolder = (target: string) => !existsSync(path.join(to, fromTo(target).split(path.sep)[0]!));
  const inNewFolders = [...unique].filter(([target]) => isNewFolder(target));
  const inOldFolders = [...unique].filter(([target]) => !isNewFolder(target));
  const sessions = assemble(inNewFolders, stage, to);
  const journal: Journal = {
    moves: [...sessions, ...inOldFolders.map(([target, from]): [string, string] => [from, target])].map(
      ([from, target]) => [path.relative(stage, from), fromTo(target)],
    ),
    removals: removals.map(fromTo),
  };
  writeFileAtomic(path.join(stage, JOURNAL), JSON.stringify(journal));
  carryOut(journal, stage, to);
}

/** Brings the files of new sessions together in the stage, so that each session can be moved as a whole. */
function assemble(
  files: readonly (readonly [target: string, from: string])[],
  stage: string,
  to: string,
): [string, string][] {
  const whole = path.join(stage, 'whole');
  const names = new Set<string>();
  for (const [target, from] of files) {
    const file = path.relative(to, target);
    names.add(file.split(path.sep)[0]!);
    mkdirSync(path.join(whole, path.dirname(file)), { recursive: true });
    renameSync(from, path.join(whole, file));
  }
  return Array.from(names, (name) => [path.join(whole, name), path.join(to, name)]);
}

function carryOut({ moves, removals }: Journal, stage: string, to: string): void {
  for (const [from, target] of moves) {
    const source = within(stage, from);
    // What was moved before the kill is no longer there.
    if (!existsSync(source)) continue;
    mkdirSync(path.dirname(within(to, target)), { recursive: true });
    renameSync(source, within(to, target));
  }
  for (const file of removals) {
    try {
      unlinkSync(within(to, file));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** A journal is a file like others, and may come from anywhere: it moves nothing outside of its folder. */
function within(folder: string, file: string): string {
  const absolute = path.resolve(folder, file);
  if (path.relative(folder, absolute).startsWith('..'))
    throw new Error(`${absolute} lies outside of ${folder}.`);
  return absolute;
}

/** `.result.json` last: it alone decides whether a golden is met. */
function resultsLast(one: string, other: string): number {
  return Number(one === '.result.json') - Number(other === '.result.json') || compareText(one, other);
}
