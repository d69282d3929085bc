import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ASSETS_FOLDER, assetsOf, isAssetName, parseCaptured } from '../../trace/captured.ts';
import { CAPTURED_SUFFIX, compareText, groupNames, SUFFIXES } from '../../trace/names.ts';
import type { FileChange } from '../../trace/transaction.ts';
import type { GoldenDraft } from './draft.ts';

/** How a draft stands to what is in its place. */
export interface PlacedDraft {
  draft: GoldenDraft;
  /** Absolute folder that it goes to. */
  target: string;
  state: 'new' | 'unchanged' | 'different';
  /** Endings of the files that differ, are missing, or would have to go. */
  differs: string[];
  /** Absolute paths of files that would have to go. */
  extra: string[];
}

/** Holds a draft against what is in its place. */
export function placeDraft(draft: GoldenDraft, to: string): PlacedDraft {
  const target = path.join(to, draft.session);
  const present = presentSuffixes(target, draft.id);
  const extra = present.filter((suffix) => !draft.suffixes.includes(suffix));
  const differs = [...draft.suffixes.filter((suffix) => !isSame(draft, target, suffix)), ...extra];
  const placed = {
    draft,
    target,
    differs,
    extra: extra.map((suffix) => path.join(target, draft.id + suffix)),
  };
  if (present.length === 0) return { ...placed, state: 'new' };
  return { ...placed, state: differs.length === 0 && hasAssets(draft, target) ? 'unchanged' : 'different' };
}

/**
 * The changes of files that put drafts in their place.
 *
 * @param removals Absolute paths of files that go.
 */
export function changesOf(placed: readonly PlacedDraft[], removals: readonly string[]): FileChange[] {
  const froms = new Map<string, string>();
  for (const { draft, target } of placed) {
    const assets = draft.assets.map((name) => path.join(ASSETS_FOLDER, name));
    for (const file of [...assets, ...draft.suffixes.map((suffix) => draft.id + suffix)])
      froms.set(path.join(target, file), path.join(draft.dir, file));
  }
  return [
    ...Array.from(froms, ([file, from]) => ({ path: file, content: readFileSync(from) })),
    ...removals.map((file) => ({ path: file, content: undefined })),
  ];
}

/** The endings of POML's files and ours that a golden has; artifacts beside it are of no matter. */
function presentSuffixes(target: string, id: string): string[] {
  return [...SUFFIXES, CAPTURED_SUFFIX].filter(
    (suffix) => lstatSync(path.join(target, id + suffix), { throwIfNoEntry: false }) !== undefined,
  );
}

function isSame(draft: GoldenDraft, target: string, suffix: string): boolean {
  const file = path.join(target, draft.id + suffix);
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  const there = readFileSync(file);
  const wanted = readFileSync(path.join(draft.dir, draft.id + suffix));
  return there.equals(wanted) || (suffix === CAPTURED_SUFFIX && sameBut('renderer', there, wanted));
}

/** Another version that renders the same is no reason to write a golden again. */
function sameBut(key: string, one: Buffer, other: Buffer): boolean {
  const without = (bytes: Buffer) => {
    const { [key]: _, ...rest } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    return JSON.stringify(rest);
  };
  try {
    return without(one) === without(other);
  } catch {
    return false;
  }
}

function hasAssets(draft: GoldenDraft, target: string): boolean {
  return draft.assets.every((name) => existsSync(path.join(target, ASSETS_FOLDER, name)));
}

/**
 * Files in the assets of a session that none of its goldens reads, absolute.
 *
 * @param placed What goes into that session now; what it replaces counts no more.
 */
export function unusedAssets(session: string, placed: readonly PlacedDraft[]): string[] {
  const folder = path.join(session, ASSETS_FOLDER);
  if (!existsSync(folder)) return [];
  const used = new Set(placed.flatMap(({ draft }) => draft.assets));
  const replaced = new Set(placed.map(({ draft }) => draft.id));
  const names = readdirSync(session);
  for (const { id } of groupNames(names)) {
    if (replaced.has(id) || !names.includes(id + CAPTURED_SUFFIX)) continue;
    const file = path.join(session, id + CAPTURED_SUFFIX);
    for (const name of assetsOf(parseCaptured(readFileSync(file, 'utf8'), file, session))) used.add(name);
  }
  const unused = readdirSync(folder).filter((name) => isAssetName(name) && !used.has(name));
  return unused.sort(compareText).map((name) => path.join(folder, name));
}
