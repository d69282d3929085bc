import { clip, escapeLine, showWhiteSpace } from './escape.ts';
import type { LineDiff, Segment } from './line-diff.ts';
import type { Style } from './style.ts';
import type { DiffRow } from './text-diff.ts';
import { displayWidth } from './width.ts';

const MAX_CONTEXT_LINE = 160;
const MAX_LINE = 400;
/** Equal text shown on each side of a change inside a long line. */
const KEEP = 40;
const MAX_STRETCH = 200;
/** A line with more changes, as a row of a table that was laid out anew, is not marked word by word. */
const MAX_MARKED = 3;

/** The lines that print a diff: `-` golden, `+` render. */
export function printRows(rows: readonly DiffRow[], style: Style): string[] {
  return rows.flatMap((row, i) => {
    // Between lines that came or went with it an empty one explains itself.
    const isEmpty = (row.kind === 'added' || row.kind === 'removed') && row.text === '';
    const beside = [rows[i - 1], rows[i + 1]];
    if (isEmpty && beside.some((other) => other?.kind === row.kind && other.text !== ''))
      return [row.kind === 'added' ? style.green('+') : style.red('-')];
    return printRow(row, style);
  });
}

function printRow(row: DiffRow, style: Style): string[] {
  switch (row.kind) {
    case 'same':
      return [style.dim(`  ${cutLine(row.text, MAX_CONTEXT_LINE)}`.trimEnd())];
    case 'removed':
      return [style.red(`- ${wholeLine(row.text)}`)];
    case 'added':
      return [style.green(`+ ${wholeLine(row.text)}`)];
    case 'equal':
      return [style.dim(`  ⋮ ${plural(row.count, 'more line')}`)];
    case 'cut':
      return [style.dim(`  … ${cutWords(row.removed, row.added)}`)];
    case 'changed':
      return printChanged(row.diff, style);
  }
}

/** What was left out of a diff, in words. */
export function cutWords(removed: number, added: number): string {
  const parts = [
    removed > 0 && `${count(removed)} more removed`,
    added > 0 && `${count(added)} more added`,
  ].filter(Boolean);
  return `${parts.join(' and ')} ${removed + added === 1 ? 'line' : 'lines'}`;
}

/** A line that came or went: of white space only, it is made visible. */
function wholeLine(text: string): string {
  return text.trim() === '' ? `${showWhiteSpace(clip(text, MAX_LINE))}␤` : cutLine(text, MAX_LINE);
}

function cutLine(text: string, length: number): string {
  const rest = text.length - length;
  return rest > 0 ? `${escapeLine(text.slice(0, length))}… (${count(rest)} more)` : escapeLine(text);
}

/** The two sides of a changed line; without colour the changed words are underlined on a line of their own. */
function printChanged(diff: LineDiff, style: Style): string[] {
  const show = diff.whiteSpaceOnly ? showWhiteSpace : diff.lookAlike ? showCodes : escapeLine;
  const marked = [diff.expected, diff.actual].every(
    (segments) => segments.filter(({ changed }) => changed).length <= MAX_MARKED,
  );
  return [
    ...printSide('- ', diff.expected, show, style.red, marked, style),
    ...printSide('+ ', diff.actual, show, style.green, marked, style),
  ];
}

function printSide(
  gutter: string,
  segments: readonly Segment[],
  show: (text: string) => string,
  paint: (text: string) => string,
  marked: boolean,
  style: Style,
): string[] {
  const parts = shorten(segments).map(({ text, changed }) => ({
    text: changed && text.trim() === '' ? showWhiteSpace(text) : show(text),
    changed,
  }));
  if (style.colour) {
    return [
      paint(gutter) + parts.map(({ text, changed }) => paint(changed ? style.inverse(text) : text)).join(''),
    ];
  }
  // A command of a CI is looked for in the whole line, so it is escaped there too.
  const line = gutter + escapeLine(parts.map(({ text }) => text).join(''));
  const all = parts.every(({ changed }) => changed);
  if (!marked || all || !parts.some(({ changed }) => changed)) return [line];
  const marks = parts.map(({ text, changed }) => marksUnder(text, changed ? '^' : ' ')).join('');
  return [line, `  ${marks.trimEnd()}`];
}

/** A mark under each column of a text; tabs stay tabs, so that what follows is aligned whatever their width. */
function marksUnder(text: string, mark: string): string {
  return text
    .split('\t')
    .map((piece) => mark.repeat(displayWidth(piece)))
    .join('\t');
}

/** Leaves out equal text far from the changes of a long line, and the middle of very long changes. */
function shorten(segments: readonly Segment[]): Segment[] {
  const length = segments.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= MAX_CONTEXT_LINE) return [...segments];
  const short: Segment[] = [];
  let used = 0;
  segments.forEach(({ text, changed }, i) => {
    if (used > MAX_LINE) return;
    const cut = changed ? cutMiddle(text, MAX_STRETCH) : keepEnds(text, i > 0, i < segments.length - 1);
    used += cut.length;
    short.push({ text: used > MAX_LINE && i < segments.length - 1 ? `${cut}…` : cut, changed });
  });
  return short;
}

function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor(length / 2);
  return `${text.slice(0, half)}… (${count(text.length - 2 * half)} more) …${text.slice(-half)}`;
}

function keepEnds(text: string, first: boolean, last: boolean): string {
  if (text.length <= KEEP * 2) return text;
  const head = first ? text.slice(0, KEEP) : '';
  const tail = last ? text.slice(-KEEP) : '';
  return `${head}…${tail}`;
}

/** Every character beyond ASCII by its code, for texts that look the same. */
function showCodes(text: string): string {
  return escapeLine(text).replace(
    /[^ -~␀-␡]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** A number with thousands grouped. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A number and its noun. */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`;
}
