import { clip, showWhiteSpace } from '../escape.ts';
import type { LineDiff, Segment } from '../line-diff.ts';
import { cutWords, plural } from '../rows.ts';
import { type DiffRow, diffText } from '../text-diff.ts';
import { type Html, html } from './markup.ts';

const LIMITS = { rows: 400, context: 3 };
const MAX_LINE = 4000;

/** Whether a stretch of the new text, by its offsets, is to be marked. */
export type Marks = (start: number, end: number) => boolean;

const NO_MARKS: Marks = () => false;

/**
 * Two texts beside each other, changed words marked. The same markup reads as one column where the page is narrow or the
 * reader wants it so.
 */
export function diffView(expected: string, actual: string, marks: Marks = NO_MARKS): Html {
  return rowsView(diffText(expected, actual, LIMITS), actual, marks);
}

/** A text that came or went as a whole. */
export function wholeView(kind: 'added' | 'removed', text: string, marks: Marks = NO_MARKS): Html {
  const lines = text.split('\n');
  const rows = lines.slice(0, LIMITS.rows).map((line): DiffRow => ({ kind, text: line }));
  const rest = lines.length - rows.length;
  const cut = {
    kind: 'cut',
    removed: kind === 'removed' ? rest : 0,
    added: kind === 'added' ? rest : 0,
  } as const;
  return rowsView(rest > 0 ? [...rows, cut] : rows, text, marks, ' whole');
}

/** Rows with those marked that come from a marked line of the new text; they follow each other as its lines do. */
function rowsView(rows: readonly DiffRow[], actual: string, marks: Marks, kind = ''): Html {
  const lines = actual.split('\n');
  let line = 0;
  let offset = 0;
  const views = rows.map((row) => {
    const start = offset;
    const passed = row.kind === 'equal' ? row.count : row.kind === 'removed' || row.kind === 'cut' ? 0 : 1;
    for (let i = 0; i < passed; i++) offset += (lines[line++]?.length ?? 0) + 1;
    return rowView(row, passed === 1 && row.kind !== 'equal' && marks(start, offset - 1));
  });
  return html`<div class="diff${kind}">${views}</div>`;
}

function rowView(row: DiffRow, marked: boolean): Html {
  const mine = marked ? ' mine' : '';
  switch (row.kind) {
    case 'same': {
      const text = clip(row.text, MAX_LINE);
      return html`<div class="row equal"><div>${text}</div><div>${text}</div></div>`;
    }
    case 'removed':
      return html`<div class="row"><div class="old">${wholeLine(row.text)}</div><div class="none"></div></div>`;
    case 'added':
      return html`<div class="row"><div class="none"></div><div class="new${mine}">${wholeLine(row.text)}</div></div>`;
    case 'changed':
      return html`<div class="row"><div class="old">${sideView(row.diff, 'expected')}</div><div class="new${mine}">${sideView(row.diff, 'actual')}</div></div>`;
    case 'equal':
      return html`<div class="cut">⋮ ${plural(row.count, 'equal line')}</div>`;
    case 'cut':
      return html`<div class="cut">… ${cutWords(row.removed, row.added)}</div>`;
  }
}

/** Of white space only, it is made visible. */
function wholeLine(text: string): string {
  return text !== '' && text.trim() === ''
    ? `${showWhiteSpace(clip(text, MAX_LINE))}␤`
    : clip(text, MAX_LINE);
}

function sideView(diff: LineDiff, side: 'expected' | 'actual'): Html[] {
  return diff[side].map((segment) => segmentView(segment, side, diff));
}

function segmentView({ text, changed }: Segment, side: 'expected' | 'actual', diff: LineDiff): Html {
  const visible = diff.whiteSpaceOnly || (changed && text.trim() === '') ? showWhiteSpace(text) : text;
  const shown = clip(diff.lookAlike && changed ? codes(visible) : visible, MAX_LINE);
  if (!changed) return html`${shown}`;
  return side === 'expected' ? html`<del>${shown}</del>` : html`<ins>${shown}</ins>`;
}

/** Characters beyond ASCII by their codes, where two lines look the same. */
function codes(text: string): string {
  return text.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
