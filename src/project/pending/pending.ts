import { hash } from 'node:crypto';
import path from 'node:path';
import { sharedEnds } from '../../golden/blanks.ts';
import type { Cause } from '../../golden/causes.ts';
import type { ChangeClass } from '../../golden/classes.ts';
import type { GoldenFiles } from '../../golden/tools.ts';
import type { Verdict, VerdictStatus } from '../../golden/verdict.ts';
import { isAssetName } from '../../trace/captured.ts';
import { CAPTURED_SUFFIX } from '../../trace/names.ts';

/** Version of the form of a pending; those of others are thrown away. */
export const PENDING_VERSION = 2;

/**
 * A render that a local run held against its golden and found different, kept in `.vitest-poml/pending/` until somebody
 * accepts or rejects it. Plain JSON.
 */
export interface Pending {
  version: typeof PENDING_VERSION;
  /** Absolute path of the golden without suffix. */
  golden: string;
  status: VerdictStatus;
  title: string;
  /** Name of the prompt. */
  prompt: string;
  /** Absolute path of the prompt file that was rendered, where there is one. */
  source?: string;
  /** Absolute path of the test file, for the golden of a call. */
  testFile?: string;
  reason: string;
  causes: Cause[];
  classes: ChangeClass[];
  /** What accepting writes, the `.result.json` first. */
  files: PendingFile[];
  /** Names of further files that come into `assets` beside a captured golden; kept beside the pendings. */
  assets?: string[];
}

/** What accepting does to a file of a golden: most edits change a few words of it, and only these are kept. */
export interface PendingFile {
  /** E.g. `.result.json`. */
  suffix: string;
  /** SHA-256 of the file that it was held against; left out where there was none. */
  before?: string;
  /** Where one text is put in place of another, in UTF-16 units from the start; what is around them stays. */
  at: number;
  from: string;
  to: string;
}

/** The change that makes one text of another; `undefined` for a file that is not there. */
export function changeOf(before: string | undefined, after: string): Pick<PendingFile, 'at' | 'from' | 'to'> {
  if (before === undefined) return { at: 0, from: '', to: after };
  const { start, end } = sharedEnds(before, after);
  return {
    at: start,
    from: before.slice(start, before.length - end),
    to: after.slice(start, after.length - end),
  };
}

/**
 * What accepting makes of a file of a golden.
 *
 * @param now The file as it is; `undefined` when there is none.
 * @returns `undefined` when it is neither the one that the render was held against, nor what is wanted already: a part may
 * have been written before.
 */
export function acceptedText(
  { before, at, from, to }: PendingFile,
  now: string | undefined,
): string | undefined {
  if (before === undefined) return now === undefined || now === to ? to : undefined;
  if (now === undefined) return undefined;
  if (hashOf(now) === before) return exchanged(now, at, from, to);
  return now.startsWith(to, at) && hashOf(exchanged(now, at, to, from)) === before ? now : undefined;
}

function exchanged(text: string, at: number, from: string, to: string): string {
  return text.slice(0, at) + to + text.slice(at + from.length);
}

/** What the files of a golden may be called; nothing else is ever written from a pending. */
export const PENDING_SUFFIXES: readonly string[] = [
  '.result.json',
  '.result.txt',
  '.poml',
  '.context.json',
  '.stylesheet.json',
  CAPTURED_SUFFIX,
];

/** The pending of a verdict; `undefined` where there is nothing to accept. */
export function pendingOf(
  verdict: Verdict,
  testFile: string | undefined,
  files: Pick<GoldenFiles, 'read'>,
): Pending | undefined {
  const { golden, proposal, source } = verdict;
  if (golden === undefined || proposal.length === 0) return undefined;
  const assets = assetsOf(verdict);
  // What the render was held against need not be read again.
  const known = new Map([
    ['.result.json', verdict.expectedJson],
    ['.result.txt', verdict.expectedText],
    ['.poml', verdict.expectedMarkup],
  ]);
  return {
    version: PENDING_VERSION,
    golden,
    status: verdict.status,
    title: verdict.title,
    prompt: verdict.prompt,
    ...(source?.path !== undefined && { source: source.path }),
    ...(verdict.trace === undefined && testFile !== undefined && { testFile }),
    reason: verdict.reason,
    causes: verdict.causes,
    classes: verdict.classes,
    files: proposal.flatMap(({ path: file, text }) => {
      if (typeof text !== 'string') return [];
      const suffix = file.slice(golden.length);
      const before = known.get(suffix) ?? files.read(file);
      const change = { suffix, ...changeOf(before, text) };
      if (before === undefined) return [change];
      return [{ ...change, before: suffix === '.poml' ? hashOfAgain(before) : hashOf(before) }];
    }),
    ...(assets.size > 0 && { assets: [...assets.keys()] }),
  };
}

/** The files of a proposal that are named by their content, by name. */
export function assetsOf({ proposal }: Verdict): Map<string, Uint8Array> {
  return new Map(
    proposal.flatMap(({ path: file, text }) =>
      typeof text === 'string' ? [] : [[path.basename(file), text] as const],
    ),
  );
}

/** The name that a golden, or a test module, has in the files of pendings: no name of a trace gets into one. */
export function pendingName(root: string, golden: string): string {
  // Of what lies below the root, which is nearly everything, `relative` says the same and takes its time.
  const below = golden.startsWith(root + path.sep)
    ? golden.slice(root.length + 1)
    : path.relative(root, golden);
  return hashOf(below.replaceAll('\\', '/')).slice(0, 32);
}

/** Recorded texts of prompts are the same for thousands of traces. */
let last = { text: '', hash: hashOf('') };

function hashOfAgain(text: string): string {
  if (last.text !== text) last = { text, hash: hashOf(text) };
  return last.hash;
}

/** SHA-256 of a text, in hexadecimal. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * Reads a pending.
 *
 * @returns `undefined` for one that is cut short, of another version, or leads elsewhere than its name says.
 */
export function parsePending(text: string, name: string, root: string): Pending | undefined {
  try {
    const value = JSON.parse(text) as Pending;
    const isWhole =
      value.version === PENDING_VERSION &&
      typeof value.title === 'string' &&
      typeof value.prompt === 'string' &&
      typeof value.reason === 'string' &&
      Array.isArray(value.causes) &&
      Array.isArray(value.classes) &&
      Array.isArray(value.files) &&
      value.files.length > 0 &&
      value.files.every(
        ({ suffix, at, from, to }) =>
          PENDING_SUFFIXES.includes(suffix) &&
          Number.isSafeInteger(at) &&
          at >= 0 &&
          typeof from === 'string' &&
          typeof to === 'string',
      ) &&
      (value.assets ?? []).every(isAssetName);
    return isWhole && path.isAbsolute(value.golden) && pendingName(root, value.golden) === name
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
