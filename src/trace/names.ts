/** The files POML itself writes for a call, by suffix. Source: its `dumpTrace`, seen in recorded sessions. */
export const SUFFIXES = [
  '.poml',
  '.env',
  '.source.poml',
  '.context.json',
  '.stylesheet.json',
  '.result.json',
  '.result.txt',
] as const;

/** What `vitest-poml capture` notes of a golden beside POML's files. */
export const CAPTURED_SUFFIX = '.golden.json';

/** A suffix of POML's own. */
export type Suffix = (typeof SUFFIXES)[number];

/** What the file names of one call tell. */
export interface NamedTrace {
  index: number;
  name: string;
  /** File name without suffix. */
  id: string;
  /** Which of `SUFFIXES` are there, one bit each, by position; and one for `CAPTURED_SUFFIX`. */
  present: number;
  /** Other suffixes, sorted. */
  artifacts: readonly string[];
}

const BIT = new Map<string, number>(
  [...SUFFIXES, CAPTURED_SUFFIX].map((suffix, position) => [suffix, 1 << position]),
);
const MAIN = '.poml';
const LINK = '.source.poml';
const ENV = '.env';
const NO_ARTIFACTS: readonly string[] = Object.freeze([]);

/** Whether `present` holds a suffix. */
export function hasSuffix(present: number, suffix: string): boolean {
  const bit = BIT.get(suffix);
  return bit !== undefined && (present & bit) !== 0;
}

/** POML counts from 0001, so four digits or more; nine are the most that is taken for a number. */
const NUMBERED = /^(\d{4,9})\./;

/** Whether a file name looks like one of a trace: digits, a dot, and an ending of POML's. */
export function looksLikeTraceFile(file: string): boolean {
  return NUMBERED.test(file) && SUFFIXES.some((suffix) => file.endsWith(suffix));
}

/**
 * Sorts the file names of a folder into traces. A name is split at the first dot after the digits and its
 * ending matched from the right, because prompt names may hold dots, and may even look like an ending
 * (`a.context.poml`). Names without a number, and files that belong to no trace, are left out.
 *
 * @example groupNames(['0001.a.poml', '0001.a.reply.txt', 'golden.json'])
 */
export function groupNames(files: Iterable<string>): NamedTrace[] {
  const traces: NamedTrace[] = [];
  for (const [digits, names] of byNumber(files)) {
    for (const [id, suffixes] of groupNumber(digits, names)) traces.push(namedTrace(digits, id, suffixes));
  }
  return traces.sort((a, b) => a.index - b.index || compareText(a.id, b.id));
}

/** Order by code units: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byNumber(files: Iterable<string>): Map<string, string[]> {
  const numbers = new Map<string, string[]>();
  for (const file of files) {
    const digits = NUMBERED.exec(file)?.[1];
    if (digits === undefined) continue;
    const list = numbers.get(digits);
    if (list) list.push(file);
    else numbers.set(digits, [file]);
  }
  return numbers;
}

/** Shares the files of one number among its traces: nearly always one, but two names may share a number. */
function groupNumber(digits: string, files: string[]): Map<string, string[]> {
  const all = new Set(files);
  const ids = new Map<string, string[]>();
  for (const file of files)
    if (file.endsWith(MAIN) && isMain(file, all)) ids.set(file.slice(0, -MAIN.length), []);
  const orphans: string[] = [];
  for (const file of files) {
    const owner = ownerOf(file, digits.length, ids);
    if (owner === undefined) orphans.push(file);
    else ids.get(owner)!.push(file.slice(owner.length));
  }
  // The .poml is gone, or was never copied: what is left still is a recording of that call.
  for (const file of orphans) {
    const suffix = SUFFIXES.find((known) => known !== MAIN && file.endsWith(known));
    if (suffix === undefined) continue;
    const id = file.slice(0, -suffix.length);
    const list = ids.get(id);
    if (list) list.push(suffix);
    else ids.set(id, [suffix]);
  }
  return ids;
}

/** Whether a `.poml` file is the markup of a call, and neither the link nor an artifact of another one. */
function isMain(file: string, all: ReadonlySet<string>): boolean {
  const id = file.slice(0, -MAIN.length);
  if (file.endsWith(LINK)) {
    const shorter = file.slice(0, -LINK.length);
    if (all.has(shorter + MAIN)) return false;
    return !all.has(shorter + ENV) || all.has(id + ENV);
  }
  for (let dot = id.lastIndexOf('.'); dot > 0; dot = id.lastIndexOf('.', dot - 1)) {
    if (!all.has(id.slice(0, dot) + MAIN)) continue;
    // A second call with this number and a longer name brings files of its own; an artifact does not.
    return SUFFIXES.some((suffix) => suffix !== MAIN && all.has(id + suffix));
  }
  return true;
}

/** The trace that a file belongs to: the longest name for which the rest is an ending of POML's, or just the longest. */
function ownerOf(file: string, start: number, ids: ReadonlyMap<string, unknown>): string | undefined {
  let longest: string | undefined;
  for (let dot = file.lastIndexOf('.'); dot >= start; dot = file.lastIndexOf('.', dot - 1)) {
    const id = file.slice(0, dot);
    if (!ids.has(id)) continue;
    if (BIT.has(file.slice(dot))) return id;
    longest ??= id;
  }
  return longest;
}

function namedTrace(digits: string, id: string, suffixes: readonly string[]): NamedTrace {
  let present = 0;
  const artifacts: string[] = [];
  for (const suffix of suffixes) {
    const bit = BIT.get(suffix);
    if (bit === undefined) artifacts.push(suffix);
    else present |= bit;
  }
  return {
    index: Number(digits),
    name: id.slice(digits.length + 1),
    id,
    present,
    artifacts: artifacts.length === 0 ? NO_ARTIFACTS : artifacts.sort(compareText),
  };
}
