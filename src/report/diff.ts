import path from 'node:path';
import { isMedia, plainText } from '../golden/messages.ts';
import type { Difference, Verdict } from '../golden/verdict.ts';
import type { MediaPart, Message, SourceLocation } from '../poml/types.ts';
import { clip, escapeLine } from './escape.ts';
import { count, plural, printRows } from './rows.ts';
import type { Style } from './style.ts';
import { PLAIN } from './style.ts';
import { diffText } from './text-diff.ts';

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

const MAX_LINES = 200;
const CONTEXT = 2;
const MAX_HEADINGS = 40;
/** One difference leaves room for others. */
const MAX_ROWS = 120;
const MAX_WHOLE = 40;

/**
 * The diff of a changed verdict, as lines to print: each message, schema, tools and runtime under a heading, `-` golden, `+`
 * render. Bounded in lines and work, and free of anything that could steer a terminal or a CI.
 */
export function printDiff(verdict: Pick<Verdict, 'differences'>, options: ReportOptions = {}): string[] {
  const style = options.style ?? PLAIN;
  const most = options.maxLines ?? MAX_LINES;
  const groups = groupByHeading(verdict.differences);
  const lines: string[] = [];
  let shown = 0;
  for (const [heading, differences] of groups) {
    if (shown >= MAX_HEADINGS || lines.length >= most) break;
    if (lines.length > 0) lines.push('');
    lines.push(style.bold(`── ${heading} ──`), ...printPlace(differences, style, options.root));
    for (const difference of differences) {
      const left = most - lines.length;
      if (left <= 0) {
        lines.push(style.dim('  …'));
        break;
      }
      lines.push(...printDifference(difference, Math.min(left, MAX_ROWS), options, style));
    }
    shown++;
  }
  const rest = groups.size - shown;
  if (rest > 0) lines.push('', style.dim(`… and ${plural(rest, 'more part')} with differences`));
  return lines;
}

function groupByHeading(differences: readonly Difference[]): Map<string, Difference[]> {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const heading = headingOf(difference);
    const group = groups.get(heading);
    if (group) group.push(difference);
    else groups.set(heading, [difference]);
  }
  return groups;
}

function headingOf(difference: Difference): string {
  const { path: place, kind, speaker, from } = difference;
  const message = /^messages\[(\d+)\]/.exec(place);
  if (!message) return /^(?:messages|schema|tools|runtime|result\.txt)/.exec(place)?.[0] ?? 'result';
  const name = `${speaker ? `${speaker} ` : ''}message ${Number(message[1]) + 1}`;
  if (place !== message[0]) return name;
  if (kind === 'moved') return `${name} (was at place ${Number(/\d+/.exec(from ?? '')?.[0] ?? 0) + 1})`;
  return `${name} (${kind})`;
}

/** The first place in the sources that a group of differences comes from. */
function printPlace(differences: readonly Difference[], style: Style, root: string | undefined): string[] {
  const location = differences.find((difference) => difference.location)?.location;
  return location ? [style.dim(`  from ${placeName(location, root)}`)] : [];
}

/** `prompts/triage.poml:12:5`, and the expression there. */
export function placeName(location: SourceLocation, root?: string): string {
  const file = location.file === undefined ? '<markup>' : shownPath(location.file, root);
  const expression =
    location.expression === undefined ? '' : `  {{ ${escapeLine(clip(location.expression.trim(), 80))} }}`;
  return `${file}:${location.line}:${location.column}${expression}`;
}

/** A path for people: relative to the root when it lies below it. */
export function shownPath(file: string, root?: string): string {
  if (root === undefined) return escapeLine(file);
  const relative = path.relative(root, file);
  const outside = relative.startsWith('..') || path.isAbsolute(relative) || relative === '';
  return escapeLine(outside ? file : relative.replaceAll('\\', '/'));
}

function printDifference(
  difference: Difference,
  rows: number,
  options: ReportOptions,
  style: Style,
): string[] {
  const { path: place, kind, expected, actual, note } = difference;
  const limits = { rows, context: options.context ?? CONTEXT };
  const notes = note === undefined ? [] : [style.dim(`  ${escapeLine(note)}`)];
  if (/^messages\[\d+\]$/.test(place)) {
    if (kind === 'moved') return [style.dim(`  ${firstLine(actual)}`)];
    return printWhole(
      kind === 'added' ? '+' : '-',
      messageText((kind === 'added' ? actual : expected) as Message),
      style,
    );
  }
  const inner = place.replace(/^messages\[\d+\]\.?/, '').replace(/^content$/, '');
  const isContent = place === 'messages' || /^content(?:\[\d+\])?$/.test(inner) || inner === '';
  const heading =
    inner === '' || inner === 'result.txt' || inner === 'messages'
      ? []
      : [style.dim(`  ${escapeLine(clip(inner, 200))}`)];
  if (isMedia(expected) || isMedia(actual))
    return [...heading, ...printMedia(expected, actual, style), ...notes];
  if (kind === 'moved' && Array.isArray(expected)) {
    return [...heading, ...notes, style.red(`- ${listed(expected)}`), style.green(`+ ${listed(actual)}`)];
  }
  if (kind === 'added') return [...heading, ...printWhole('+', textOf(actual, isContent), style), ...notes];
  if (kind === 'removed')
    return [...heading, ...printWhole('-', textOf(expected, isContent), style), ...notes];
  const [before, after] = [textOf(expected, isContent), textOf(actual, isContent)];
  return [...heading, ...notes, ...printRows(diffText(before, after, limits), style)];
}

/** Something that came or went as a whole. */
function printWhole(sign: '+' | '-', text: string, style: Style): string[] {
  const lines = text.split('\n');
  const kind = sign === '+' ? 'added' : 'removed';
  const rows = lines.slice(0, MAX_WHOLE).map((line) => ({ kind, text: line }) as const);
  const rest = lines.length - rows.length;
  const cut = { kind: 'cut', removed: sign === '-' ? rest : 0, added: sign === '+' ? rest : 0 } as const;
  return printRows(rest > 0 ? [...rows, cut] : rows, style);
}

/** Text as it is; anything else as JSON, on one line where it fits. */
function textOf(value: unknown, isContent: boolean): string {
  if (typeof value === 'string' && (isContent || value.includes('\n'))) return value;
  if (isContent && Array.isArray(value))
    return value.map((part) => textOf(isTurn(part) ? messageText(part) : part, true)).join('\n\n');
  if (isMedia(value)) return mediaName(value);
  const line = JSON.stringify(value) ?? 'undefined';
  return line.length <= 100 ? line : JSON.stringify(value, withoutData, 2);
}

function isTurn(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'speaker' in value && 'content' in value;
}

/** Base64 inside of JSON is told by its size. */
function withoutData(key: string, value: unknown): unknown {
  return (key === 'base64' || key === '__base64__') && typeof value === 'string' && value.length > 100
    ? `(${sizeOf(value)})`
    : value;
}

function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  if (!Array.isArray(message.content)) return textOf(message.content, false);
  return message.content.map((part) => textOf(part, true)).join('\n');
}

function firstLine(value: unknown): string {
  const text = isTurn(value) ? plainText(value.content) : '';
  return escapeLine(clip(text.trimStart().split('\n', 1)[0] ?? '', 100));
}

function listed(value: unknown): string {
  return escapeLine(clip(Array.isArray(value) ? value.join(', ') : String(value), 400));
}

function printMedia(expected: unknown, actual: unknown, style: Style): string[] {
  const lines: string[] = [];
  if (expected !== undefined)
    lines.push(style.red(`- ${isMedia(expected) ? mediaName(expected) : firstPart(expected)}`));
  if (actual !== undefined)
    lines.push(style.green(`+ ${isMedia(actual) ? mediaName(actual) : firstPart(actual)}`));
  return lines;
}

function firstPart(value: unknown): string {
  return escapeLine(clip(textOf(value, true).split('\n', 1)[0] ?? '', 200));
}

/** A picture by type and size: `[image/png, 12.3 kB, alt "a bicycle"]`. */
function mediaName({ type, base64, alt }: MediaPart): string {
  const words = alt === undefined ? '' : `, alt ${JSON.stringify(clip(alt, 80))}`;
  return escapeLine(`[${clip(type, 60)}, ${sizeOf(base64)}${words}]`);
}

function sizeOf(base64: string): string {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
  return bytes < 1000 ? `${count(bytes)} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
}
