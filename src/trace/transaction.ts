import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { errorCode } from './error.ts';
import {
  discard,
  flushFolder,
  isTempFile,
  isTempLeft,
  notWritten,
  realTarget,
  rename,
  tempName,
  writeNew,
} from './write.ts';

/** A file and what it is to hold; with no content the file goes. */
export interface FileChange {
  /** Absolute. */
  path: string;
  content: string | Uint8Array | undefined;
}

/** How much a change is to outlive. */
export interface ChangeOptions {
  /** Also after a power cut each file is old or new: takes some milliseconds for every file (default: true). */
  durable?: boolean;
}

/** What makes up a change of several files: complete with the last step. Paths as seen from the folder of the journal. */
interface Journal {
  steps: Step[];
  /** Folders that are made for it, outer ones first. */
  folders: string[];
}

interface Step {
  /** The new content, beside its place; left out where the file goes. */
  temp?: string;
  path: string;
  /** When what is replaced was changed last, milliseconds since 1970; left out where nothing is. */
  replaces?: number;
}

/** What is being prepared, and what is decided. */
const PREPARED = '.prepared.json';
const DECIDED = '.decided.json';

/**
 * Changes several files as one: after a kill at any moment all of them are old or, once `recoverChanges` has run, all new.
 * The new contents are put beside their places first, all steps are written down, and then they are done.
 *
 * @param journal Absolute folder for what is written down; made when it is missing.
 * @throws TraceError when one cannot be written; then all are what they were.
 */
export function changeFiles(
  changes: readonly FileChange[],
  journal: string,
  { durable = true }: ChangeOptions = {},
): void {
  mkdirSync(journal, { recursive: true });
  const name = join(journal, tempName());
  const plan: Journal = { steps: [], folders: [] };
  let current = changes[0]?.path ?? journal;
  try {
    const contents = changes.map((change) => {
      current = change.path;
      return planned(change, plan, journal);
    });
    writeFileSync(name + PREPARED, JSON.stringify(plan), { flag: 'wx' });
    for (const folder of plan.folders) mkdirSync(resolve(journal, folder), { recursive: true });
    for (const { path, temp, content, old } of contents.flatMap((each) => each ?? [])) {
      current = path;
      writeNew(temp, content, old, 0o666, durable);
    }
    rename(name + PREPARED, name + DECIDED);
    if (durable) flushFolder(journal);
  } catch (cause) {
    takeBack(plan, journal);
    discard(name + PREPARED);
    throw notWritten(current, cause);
  }
  finish(plan, journal, durable);
  discard(name + DECIDED);
}

/** Adds the step that a change takes, if any, to a plan. @returns What is to be written for it. */
function planned({ path, content }: FileChange, { steps, folders }: Journal, journal: string) {
  const seen = (file: string) => relative(journal, file);
  if (content === undefined) {
    const old = lstatSync(path, { throwIfNoEntry: false });
    if (old) steps.push({ path: seen(resolve(path)), replaces: old.mtimeMs });
    return undefined;
  }
  const { path: target, stats: old } = realTarget(resolve(path));
  // Renaming would replace a write-protected file too; whoever protected it meant it.
  if (old) accessSync(target, constants.W_OK);
  const temp = join(dirname(target), tempName());
  for (const folder of missingFolders(dirname(target)))
    if (!folders.includes(seen(folder))) folders.push(seen(folder));
  steps.push({ temp: seen(temp), path: seen(target), ...(old && { replaces: old.mtimeMs }) });
  return { path, temp, content, old };
}

/** The folders on the way to one that are not there yet, outer ones first. */
function missingFolders(folder: string): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })) return [];
  return [...missingFolders(dirname(folder)), folder];
}

/** Does the steps of a plan; those that a killed run has done already find nothing to do. */
function finish({ steps }: Journal, journal: string, durable: boolean): void {
  for (const { temp, path } of steps) {
    const place = resolve(journal, path);
    if (temp === undefined) discard(place);
    else renameIfThere(resolve(journal, temp), place);
  }
  if (!durable) return;
  for (const folder of new Set(steps.map(({ path }) => dirname(resolve(journal, path))))) flushFolder(folder);
}

function renameIfThere(from: string, to: string): void {
  try {
    rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Removes what was made for a change that was not decided. */
function takeBack({ steps, folders }: Journal, journal: string): void {
  for (const { temp } of steps) if (temp !== undefined) discard(resolve(journal, temp));
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(resolve(journal, folder));
    } catch (error) {
      // It was not made yet, or somebody has put something else there.
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    }
  }
}

/**
 * Completes what killed runs had decided to change, and takes back what they had only prepared.
 *
 * @param homes Absolute folders that files and folders may be removed from; a journal that names others is left alone.
 * @returns The files that were completed, absolute.
 */
export function recoverChanges(journal: string, homes: readonly string[]): string[] {
  const completed: string[] = [];
  for (const name of namesIn(journal)) {
    const file = join(journal, name);
    const suffix = [PREPARED, DECIDED].find((ending) => name.endsWith(ending));
    if (suffix === undefined || !isTempLeft(name.slice(0, -suffix.length), file)) continue;
    const plan = readPlan(file);
    if (plan && !isOurs(plan, journal, homes)) continue;
    if (plan && suffix === DECIDED) {
      // What somebody has changed since the kill stays as it is.
      const isDue = ({ path, replaces }: Step) =>
        lstatSync(resolve(journal, path), { throwIfNoEntry: false })?.mtimeMs === replaces;
      const due = plan.steps.filter(isDue);
      finish({ steps: due, folders: [] }, journal, true);
      takeBack({ steps: plan.steps.filter((step) => !due.includes(step)), folders: [] }, journal);
      completed.push(...due.map(({ path }) => resolve(journal, path)));
    } else if (plan) takeBack(plan, journal);
    discard(file);
  }
  return completed;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The plan of a journal; `undefined` when it was cut short, which happens only before it counts. */
function readPlan(file: string): Journal | undefined {
  try {
    const { steps, folders } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Journal>;
    const isText = (value: unknown) => typeof value === 'string';
    const isStep = ({ temp, path }: Step) => isText(path) && (temp === undefined || isText(temp));
    return steps?.every(isStep) && folders?.every(isText) ? { steps, folders } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A journal is a file like others, and may come from anywhere. What it puts in place must lie beside it already, under a name
 * that only we give; what it removes must lie in our folders.
 */
function isOurs({ steps, folders }: Journal, journal: string, homes: readonly string[]): boolean {
  const roots = homes.flatMap((home) => realPath(home) ?? []).map((home) => home + sep);
  const isAtHome = (folder: string) => {
    const real = realPath(existing(folder));
    return real !== undefined && roots.some((root) => (real + sep).startsWith(root));
  };
  const isFine = ({ temp, path }: Step) => {
    const [place, from] = [resolve(journal, path), temp === undefined ? undefined : resolve(journal, temp)];
    if (isTempFile(basename(place))) return false;
    if (from === undefined) return isAtHome(dirname(place));
    return isTempFile(basename(from)) && dirname(from) === dirname(place);
  };
  return steps.every(isFine) && folders.every((folder) => isAtHome(resolve(journal, folder)));
}

/** The innermost folder on the way to one that is there. */
function existing(folder: string): string {
  return lstatSync(folder, { throwIfNoEntry: false }) || dirname(folder) === folder
    ? folder
    : existing(dirname(folder));
}

function realPath(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
