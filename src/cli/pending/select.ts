import path from 'node:path';
import { CHANGE_CLASSES, type ChangeClass } from '../../golden/classes.ts';
import { nearest } from '../../project/nearest.ts';
import type { Pending } from '../../project/pending/pending.ts';
import { UsageError } from '../command.ts';

/** Which pendings a command is about. */
export interface Selection {
  /** Trailing parts of paths, prompts, causes. */
  names: readonly string[];
  classes: readonly string[];
  all: boolean;
}

/**
 * The pendings that a command names: by the last part of a golden's path, with or without suffix, by prompt, by the file,
 * the key, or the beginning of the hash of a cause; by the classes of their changes; or all.
 *
 * @param root Absolute folder that paths are shown from.
 * @throws UsageError when nothing is named, or a name fits none
 */
export function selectPendings(
  pendings: readonly Pending[],
  { names, classes, all }: Selection,
  root: string,
): Pending[] {
  const allowed = classes.map(knownClass);
  if (names.length === 0 && allowed.length === 0 && !all)
    throw new UsageError('Name goldens, prompts or causes, or give --class or --all.');
  const chosen = new Set(names.flatMap((name) => named(pendings, name, root)));
  return pendings.filter(
    (pending) =>
      (names.length === 0 || chosen.has(pending)) &&
      (allowed.length === 0 ||
        (pending.classes.length > 0 && pending.classes.every((name) => allowed.includes(name)))),
  );
}

function named(pendings: readonly Pending[], name: string, root: string): Pending[] {
  const found = pendings.filter((pending) => fits(pending, name, root));
  if (found.length > 0) return found;
  if (pendings.length === 0)
    throw new UsageError(
      `Nothing is pending, so nothing is named ${name}. A local test run keeps what changed.`,
    );
  const known = pendings.flatMap(({ golden, prompt, causes }) => [
    path.basename(golden),
    prompt,
    ...causes.flatMap(({ file }) => (file === undefined ? [] : path.basename(file))),
  ]);
  const near = nearest(name, known);
  const hint = near === undefined ? 'vitest-poml pending lists them.' : `Did you mean ${near}?`;
  throw new UsageError(`Nothing pending is named ${name}. ${hint}`);
}

function fits({ golden, prompt, source, causes }: Pending, name: string, root: string): boolean {
  const wanted = name.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/$/, '');
  const stem = wanted.replace(/\.(?:result\.(?:json|txt)|poml|context\.json)$/, '');
  return (
    endsWithPath(golden, stem) ||
    path.dirname(golden) === path.resolve(root, wanted) ||
    prompt === wanted ||
    (source !== undefined && isFile(source, wanted)) ||
    causes.some(
      ({ key, file }) =>
        key === wanted || isHashOf(wanted, key) || (file !== undefined && isFile(file, wanted)),
    )
  );
}

/** Whether a name is the last part of a file's path, a prompt's also without its ending. */
function isFile(file: string, name: string): boolean {
  return endsWithPath(file, name) || endsWithPath(file, `${name}.poml`);
}

/** Whether a path ends with these whole parts. */
function endsWithPath(file: string, parts: string): boolean {
  return `/${file.replaceAll('\\', '/')}`.endsWith(`/${parts.replace(/^\/+/, '')}`);
}

function isHashOf(text: string, key: string): boolean {
  return /^[0-9a-f]{4,}$/.test(text) && key.slice(key.lastIndexOf(':') + 1).startsWith(text);
}

function knownClass(name: string): ChangeClass {
  const known = CHANGE_CLASSES.find((candidate) => candidate === name);
  if (known) return known;
  const near = nearest(name, CHANGE_CLASSES);
  throw new UsageError(
    `--class takes ${CHANGE_CLASSES.join(', ')}, not ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}
