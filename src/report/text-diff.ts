import { diffArrays } from 'diff';
import { align, textLikeness } from '../golden/align.ts';
import type { LineDiff } from './line-diff.ts';
import { diffLine } from './line-diff.ts';

/** A row of a diff of two texts. */
export type DiffRow =
  | { kind: 'same' | 'removed' | 'added'; text: string }
  /** A line that changed: both sides and what differs within. */
  | { kind: 'changed'; diff: LineDiff }
  /** Equal lines left out. */
  | { kind: 'equal'; count: number }
  /** Changed lines left out. */
  | { kind: 'cut'; removed: number; added: number };

/** How much of a diff is shown. */
export interface TextDiffLimits {
  /** Most rows; changed lines beyond it are counted only. */
  rows: number;
  /** Equal lines shown around a change. */
  context: number;
}

// A diff of two texts that share nothing is quadratic in its edits: beyond this many it is not worth reading.
const MAX_EDITS = 800;
const ALIKE = 0.4;

/** An edit script by line: runs of equal, removed and added lines. */
type Run = { kind: 'same' | 'removed' | 'added'; lines: string[] };

/**
 * The diff of two texts by line, changed lines paired and diffed by word.
 *
 * The work is bounded whatever the texts: common beginnings and ends are cut first, and texts that share too little
 * between them are shown by their first changed lines and a count.
 */
export function diffText(expected: string, actual: string, limits: TextDiffLimits): DiffRow[] {
  const before = expected.split('\n');
  const after = actual.split('\n');
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const runs: Run[] = [
    { kind: 'same', lines: before.slice(0, start) },
    ...middleRuns(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    { kind: 'same', lines: before.slice(before.length - end) },
  ];
  return fold(rowsOf(runs, limits), limits);
}

function middleRuns(before: string[], after: string[]): Run[] {
  const changes = diffArrays(before, after, { maxEditLength: MAX_EDITS });
  if (!changes)
    return [
      { kind: 'removed', lines: before },
      { kind: 'added', lines: after },
    ];
  return changes.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    lines: value,
  }));
}

/** Rows of all runs, removed and added lines beside each other paired by likeness. */
function rowsOf(runs: readonly Run[], limits: TextDiffLimits): DiffRow[] {
  const rows: DiffRow[] = [];
  for (let i = 0; i < runs.length; i++) {
    const { kind, lines } = runs[i]!;
    if (lines.length === 0) continue;
    const next = runs[i + 1];
    if (kind === 'same') {
      for (const text of lines) rows.push({ kind, text });
    } else if (next && next.kind !== 'same' && next.kind !== kind) {
      const [removed, added] = kind === 'removed' ? [lines, next.lines] : [next.lines, lines];
      rows.push(...pairRows(removed, added, limits));
      i++;
    } else {
      rows.push(...lines.slice(0, limits.rows).map((text): DiffRow => ({ kind, text })));
      const rest = Math.max(0, lines.length - limits.rows);
      if (rest > 0)
        rows.push({
          kind: 'cut',
          removed: kind === 'removed' ? rest : 0,
          added: kind === 'added' ? rest : 0,
        });
    }
  }
  return rows;
}

function pairRows(removed: readonly string[], added: readonly string[], limits: TextDiffLimits): DiffRow[] {
  // More than can be shown need not be paired; two changed rows may come of one pair.
  const shown = Math.ceil(limits.rows / 2);
  const before = removed.slice(0, shown);
  const after = added.slice(0, shown);
  const likeness = (e: number, a: number) => lineLikeness(before[e]!, after[a]!);
  const rows: DiffRow[] = [];
  let waiting: { removed: string[]; added: string[] } = { removed: [], added: [] };
  const flush = () => {
    for (const text of waiting.removed) rows.push({ kind: 'removed', text });
    for (const text of waiting.added) rows.push({ kind: 'added', text });
    waiting = { removed: [], added: [] };
  };
  for (const { expected, actual } of align(before, after, likeness)) {
    if (expected !== undefined && actual !== undefined && likeness(expected, actual) > 0) {
      flush();
      rows.push({ kind: 'changed', diff: diffLine(before[expected]!, after[actual]!) });
    } else {
      if (expected !== undefined) waiting.removed.push(before[expected]!);
      if (actual !== undefined) waiting.added.push(after[actual]!);
    }
  }
  flush();
  const cut = { removed: removed.length - before.length, added: added.length - after.length };
  return cut.removed + cut.added > 0 ? [...rows, { kind: 'cut', ...cut }] : rows;
}

function lineLikeness(expected: string, actual: string): number {
  const blank = expected.trim() === '' && actual.trim() === '';
  const alike = blank ? 1 : Math.max(textLikeness(expected, actual), endsLikeness(expected, actual));
  return alike < ALIKE ? 0 : alike;
}

/** How much of the shorter line the two share at their ends: finds lines that are one long word, and long JSON. */
function endsLikeness(expected: string, actual: string): number {
  const longest = Math.max(expected.length, actual.length);
  const shortest = Math.min(expected.length, actual.length);
  if (shortest === 0) return 0;
  let start = 0;
  while (start < shortest && expected.charCodeAt(start) === actual.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shortest - start &&
    expected.charCodeAt(expected.length - 1 - end) === actual.charCodeAt(actual.length - 1 - end)
  ) {
    end++;
  }
  return (start + end) / longest;
}

/** Leaves out equal lines far from changes, and whatever comes after the last row that may be shown. */
function fold(rows: readonly DiffRow[], limits: TextDiffLimits): DiffRow[] {
  const near = new Uint8Array(rows.length);
  rows.forEach((row, i) => {
    if (row.kind === 'same') return;
    near.fill(1, Math.max(0, i - limits.context), i + limits.context + 1);
  });
  // A single line takes no more room than the words that it was left out.
  rows.forEach((_, i) => {
    if (near[i] === 0 && near[i - 1] !== 0 && near[i + 1] !== 0) near[i] = 2;
  });
  const folded: DiffRow[] = [];
  const cut = { removed: 0, added: 0 };
  let shown = 0;
  rows.forEach((row, i) => {
    if (row.kind === 'cut') {
      cut.removed += row.removed;
      cut.added += row.added;
    } else if (row.kind !== 'same' && shown >= limits.rows) {
      if (row.kind !== 'added') cut.removed++;
      if (row.kind !== 'removed') cut.added++;
    } else if (shown >= limits.rows) {
      return;
    } else if (near[i] !== 0) {
      folded.push(row);
      shown += row.kind === 'changed' ? 2 : 1;
    } else {
      const last = folded.at(-1);
      if (last?.kind === 'equal') last.count++;
      else folded.push({ kind: 'equal', count: 1 });
    }
  });
  if (cut.removed + cut.added > 0) folded.push({ kind: 'cut', ...cut });
  return folded;
}
