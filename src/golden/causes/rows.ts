import { diffArrays } from 'diff';
import type { Hunk, Range } from './hunks.ts';
import type { Token } from './tokens.ts';

/** More edits than this are not looked for: the texts then share next to nothing. */
const MAX_EDIT_LENGTH = 800;

/** The hunks of a stretch of two lists; `undefined` when they share too little. */
export function diffRange<T>(before: readonly T[], after: readonly T[], all: Hunk): Hunk[] | undefined {
  let { start: o, end: oEnd } = all.old;
  let { start: n, end: nEnd } = all.new;
  for (; o < oEnd && n < nEnd && before[o] === after[n]; o++) n++;
  for (; oEnd > o && nEnd > n && before[oEnd - 1] === after[nEnd - 1]; oEnd--) nEnd--;
  if (o === oEnd && n === nEnd) return [];
  const rows = (list: readonly T[], start: number, end: number) =>
    list.slice(start, end).map((key, i): Row<T> => ({ key, start: start + i, end: start + i + 1 }));
  return diffRows(rows(before, o, oEnd), rows(after, n, nEnd), {
    old: { start: o, end: oEnd },
    new: { start: n, end: nEnd },
  });
}

/** The hunks between two texts by their lines, in tokens; `undefined` when they share too little. */
export function diffLines(
  [before, oldText]: readonly [readonly Token[], string],
  [after, newText]: readonly [readonly Token[], string],
  all: Hunk,
): Hunk[] | undefined {
  return diffRows(rowsOfLines(before, all.old, oldText), rowsOfLines(after, all.new, newText), all);
}

/** A run of tokens that is compared as a whole. */
interface Row<T> extends Range {
  key: T;
}

/** Tokens by the line they begin in. */
function rowsOfLines(tokens: readonly Token[], { start, end }: Range, source: string): Row<string>[] {
  const rows: Row<string>[] = [];
  for (let at = start; at < end; at++) {
    const { text, start: offset } = tokens[at]!;
    const row = rows.at(-1);
    if (row && !source.slice(tokens[at - 1]!.end, offset).includes('\n')) {
      row.key += ` ${text}`;
      row.end = at + 1;
    } else {
      rows.push({ key: text, start: at, end: at + 1 });
    }
  }
  return rows;
}

/** The hunks between two lists of rows; `undefined` when they share too little. */
function diffRows<T>(before: readonly Row<T>[], after: readonly Row<T>[], all: Hunk): Hunk[] | undefined {
  const keys = (rows: readonly Row<T>[]) => rows.map(({ key }) => key);
  const changes = diffArrays(keys(before), keys(after), { maxEditLength: MAX_EDIT_LENGTH });
  if (!changes) return undefined;
  const hunks: Hunk[] = [];
  let o = 0;
  let n = 0;
  let open: Hunk | undefined;
  for (const { added, removed, count } of changes) {
    if (!added && !removed) {
      o += count;
      n += count;
      open = undefined;
      continue;
    }
    if (!open) {
      const [inOld, inNew] = [before[o]?.start ?? all.old.end, after[n]?.start ?? all.new.end];
      open = { old: { start: inOld, end: inOld }, new: { start: inNew, end: inNew } };
      hunks.push(open);
    }
    if (removed) {
      o += count;
      open.old.end = before[o - 1]!.end;
    } else {
      n += count;
      open.new.end = after[n - 1]!.end;
    }
  }
  return hunks;
}
