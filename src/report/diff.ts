import type { ShownDifference } from '../golden/detail.ts';
import { groupBy } from '../golden/group-by.ts';
import { isMedia } from '../golden/messages.ts';
import { hideKeys, hideKeysIn } from '../golden/redaction/hide-keys.ts';
import type { SourceLocation } from '../poml/types.ts';
import { clip, escapeLine } from './escape.ts';
import { shownPath } from './paths.ts';
import { plural, printRows } from './rows.ts';
import type { Style } from './style.ts';
import { PLAIN } from './style.ts';
import type { TextDiffLimits } from './text-diff.ts';
import { diffText } from './text-diff.ts';
import { firstLine, isTurn, listed, messageText, shownPart, textOf } from './values.ts';

/** How a report looks. */
export interface ReportOptions {
  /** Colours (default: none). */
  style?: Style;
  /** Absolute folder that paths are shown relative to (default: absolute paths). */
  root?: string;
  /** Most lines of a diff (default 200). */
  maxLines?: number;
  /** Equal lines shown around a change (default 2). */
  context?: number;
  /** The command that accepts a render as its golden (default `npx vitest run --update`). */
  updateCommand?: string;
}

/** A place in a source as far as it is named. */
export interface NamedPlace extends Pick<SourceLocation, 'line' | 'column' | 'expression'> {
  file?: string | undefined;
  /** The chain of includes that led here, outermost first. */
  includedFrom?: readonly NamedPlace[];
}

const MAX_LINES = 200;
const CONTEXT = 2;
const MAX_HEADINGS = 40;
/** One difference leaves room for others. */
const MAX_ROWS = 120;
const MAX_WHOLE = 40;
/** A heading, a place, and what there is to see. */
const LEAST = 5;

/**
 * The diff of a changed verdict, as lines to print: each message, schema, tools and runtime under a heading, `-` golden, `+`
 * render. Bounded in lines and work, and free of anything that could steer a terminal or a CI.
 */
export function printDiff(
  verdict: { differences: readonly ShownDifference[] },
  options: ReportOptions = {},
): string[] {
  const style = options.style ?? PLAIN;
  const most = options.maxLines ?? MAX_LINES;
  // Hidden before they are compared by words, which would cut a key to pieces.
  const groups = groupBy(verdict.differences.map(withoutKeys), headingOf);
  const shown = [...groups].slice(0, Math.min(MAX_HEADINGS, Math.ceil(most / LEAST)));
  const print = (rows: number) => shown.map((group) => printGroup(group, rows, options, style));
  const full = print(MAX_ROWS);
  const sizes = full.map(({ length }) => length + 1);
  const parts = sum(sizes) <= most ? full : print(Math.min(MAX_ROWS, fairShare(sizes, most) - 1));
  const lines = parts.flatMap((part, i) => (i === 0 ? part : ['', ...part]));
  const rest = groups.size - shown.length;
  if (rest > 0) lines.push('', style.dim(`… and ${plural(rest, 'more part')} with differences`));
  return lines;
}

/** A part with its heading, in at most so many lines and a few. */
function printGroup(
  [heading, differences]: [string, ShownDifference[]],
  most: number,
  options: ReportOptions,
  style: Style,
): string[] {
  const lines = [style.bold(`── ${heading} ──`), ...printPlace(differences, style, options.root)];
  for (const [i, difference] of differences.entries()) {
    const left = most - lines.length;
    if (left <= 0) {
      lines.push(style.dim(`  … and ${plural(differences.length - i, 'more difference')}`));
      break;
    }
    lines.push(...printDifference(difference, left, options, style));
  }
  return lines;
}

/** The most that each may take, so that what is longer leaves room for the others. */
function fairShare(sizes: readonly number[], all: number): number {
  let left = all;
  const sorted = [...sizes].sort((one, other) => one - other);
  for (const [i, size] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - i));
    if (size > share) return Math.max(LEAST, share);
    left -= size;
  }
  return all;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function withoutKeys(difference: ShownDifference): ShownDifference {
  const { expected, actual, note } = difference;
  return {
    ...difference,
    ...('expected' in difference && { expected: hideKeysIn(expected) }),
    ...('actual' in difference && { actual: hideKeysIn(actual) }),
    ...(note !== undefined && { note: hideKeys(note) }),
  };
}

function headingOf(difference: ShownDifference): string {
  const { path: place, kind, speaker, from } = difference;
  const message = speaker && /^messages\[(\d+)\]/.exec(place);
  if (!message) {
    const part = /^(?:messages|schema|tools|runtime|result\.txt)/.exec(place)?.[0] ?? 'result';
    return place === part && (kind === 'added' || kind === 'removed') ? `${part} (${kind})` : part;
  }
  const name = `${speaker} message ${Number(message[1]) + 1}`;
  if (place !== message[0]) return name;
  if (kind === 'moved') return `${name} (was at place ${Number(/\d+/.exec(from ?? '')?.[0] ?? 0) + 1})`;
  return `${name} (${kind})`;
}

/** The first place in the sources that a group of differences comes from. */
function printPlace(
  differences: readonly ShownDifference[],
  style: Style,
  root: string | undefined,
): string[] {
  const location = differences.find((difference) => difference.location)?.location;
  return location ? [style.dim(`  from ${placeName(location, root)}`)] : [];
}

/** `prompts/_tone.poml:12:5`, the expression there, and what includes it: `included by prompts/triage.poml:3`. */
export function placeName(location: NamedPlace, root?: string): string {
  const expression =
    location.expression === undefined
      ? ''
      : `  {{ ${escapeLine(clip(hideKeys(location.expression.trim()), 80))} }}`;
  const chain = (location.includedFrom ?? [])
    .toReversed()
    .map((place) => `${fileName(place, root)}:${place.line}`);
  const included = chain.length > 0 ? `, included by ${chain.join(', included by ')}` : '';
  return `${fileName(location, root)}:${location.line}:${location.column}${expression}${included}`;
}

function fileName({ file }: NamedPlace, root: string | undefined): string {
  return file === undefined ? '<markup>' : shownPath(file, root);
}

function printDifference(
  difference: ShownDifference,
  rows: number,
  options: ReportOptions,
  style: Style,
): string[] {
  const { kind, expected, actual, note } = difference;
  const turn = isTurn(actual) ? actual : isTurn(expected) ? expected : undefined;
  if (turn && kind === 'moved') return [style.dim(`  ${firstLine(turn)}`)];
  if (turn && kind !== 'changed')
    return printWhole(kind === 'added' ? '+' : '-', messageText(turn), rows, style);
  const inner = difference.speaker ? difference.path.replace(/^messages\[\d+\]\.?/, '') : difference.path;
  const isText = /^(?:content|messages)?(?:\[\d+\])?$/.test(inner);
  const named = !/^(?:content|messages|schema|tools|runtime|result\.txt)?$/.test(inner);
  return [
    ...(named ? [style.dim(`  ${escapeLine(clip(inner, 200))}`)] : []),
    ...(note === undefined ? [] : [style.dim(`  ${escapeLine(note)}`)]),
    ...printValues(kind, expected, actual, isText, { rows, context: options.context ?? CONTEXT }, style),
  ];
}

function printValues(
  kind: ShownDifference['kind'],
  expected: unknown,
  actual: unknown,
  isText: boolean,
  limits: TextDiffLimits,
  style: Style,
): string[] {
  if (isMedia(expected) || isMedia(actual)) {
    return [
      ...(expected === undefined ? [] : [style.red(`- ${shownPart(expected)}`)]),
      ...(actual === undefined ? [] : [style.green(`+ ${shownPart(actual)}`)]),
    ];
  }
  if (kind === 'moved') return [style.red(`- ${listed(expected)}`), style.green(`+ ${listed(actual)}`)];
  if (kind === 'added') return printWhole('+', textOf(actual, isText), limits.rows, style);
  if (kind === 'removed') return printWhole('-', textOf(expected, isText), limits.rows, style);
  return printRows(diffText(textOf(expected, isText), textOf(actual, isText), limits), style);
}

/** Something that came or went as a whole. */
function printWhole(sign: '+' | '-', text: string, most: number, style: Style): string[] {
  const lines = text.split('\n');
  const limit = Math.min(MAX_WHOLE, Math.max(1, most - 1));
  const kind = sign === '+' ? 'added' : 'removed';
  const rows = lines
    .slice(0, lines.length <= limit + 1 ? limit + 1 : limit)
    .map((line) => ({ kind, text: line }) as const);
  const rest = lines.length - rows.length;
  const cut = { kind: 'cut', removed: sign === '-' ? rest : 0, added: sign === '+' ? rest : 0 } as const;
  return printRows(rest > 0 ? [...rows, cut] : rows, style);
}
