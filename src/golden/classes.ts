import { differingLines, equalButBlanks } from './blanks.ts';
import { isMedia } from './messages.ts';
import { rememberPairs } from './remember.ts';
import type { Difference } from './verdict.ts';

/** What a change is to the one who reads it. */
export type ChangeClass =
  /** The same words and signs, other spaces or line ends. */
  | 'whitespace'
  /** Other words. */
  | 'wording'
  /** The same words in another layout: list signs, headings, tables, emphasis. */
  | 'structure'
  /** Messages that came, went, moved or changed speaker; calls of tools and their answers. */
  | 'messages'
  | 'tools'
  | 'schema'
  | 'runtime'
  /** Pictures and sounds. */
  | 'media';

/** All classes, the least telling first. */
export const CHANGE_CLASSES: readonly ChangeClass[] = [
  'whitespace',
  'structure',
  'wording',
  'messages',
  'media',
  'runtime',
  'schema',
  'tools',
];

/** The classes of some differences, each once, in the order of `CHANGE_CLASSES`. */
export function classesOf(differences: readonly Difference[]): ChangeClass[] {
  const found = new Set(differences.map(classOf));
  return CHANGE_CLASSES.filter((name) => found.has(name));
}

/** The class of one difference. */
export function classOf({ path, kind, expected, actual, note }: Difference): ChangeClass {
  const part = /^(?:schema|tools|runtime)/.exec(path)?.[0];
  if (part !== undefined) return part as 'schema' | 'tools' | 'runtime';
  if (isMedia(expected) || isMedia(actual) || /\.alt$/.test(path)) return 'media';
  if (kind !== 'changed' || path === 'result.txt')
    return isPlainPart(path, expected, actual) ? 'wording' : 'messages';
  if (typeof expected !== 'string' || typeof actual !== 'string' || note !== undefined) return 'messages';
  return /^messages(?:\[\d+\](?:\.content)?(?:\[\d+\])?)?$/.test(path)
    ? sharedClass(expected, actual)
    : 'messages';
}

/** A text within a message that came or went. */
function isPlainPart(path: string, expected: unknown, actual: unknown): boolean {
  return /content\[\d+\]$/.test(path) && typeof (expected ?? actual) === 'string';
}

const MAX_LAID_OUT = 200_000;

function classOfTexts(expected: string, actual: string): ChangeClass {
  if (equalButBlanks(expected, actual)) return 'whitespace';
  const [before, after] = differingLines(expected, actual);
  // Nobody lays out that much without another word; to look for it would take seconds.
  if (before.length + after.length > MAX_LAID_OUT) return 'wording';
  return words(before) === words(after) ? 'structure' : 'wording';
}

const sharedClass = rememberPairs(classOfTexts);

function withoutBlanks(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** A text without what lays it out in Markdown and tables: signs at the start of lines, emphasis, rules, cells. */
function words(text: string): string {
  const lines = text.split('\n').filter((line) => !(line.includes('---') && /^[\s|:-]+$/.test(line)));
  return withoutBlanks(
    lines
      .map((line) => line.replace(/^\s*(?:[-*+•>]|\d{1,9}[.)]|#{1,6})\s+/u, ''))
      .join(' ')
      .replace(/\*\*|__|`|\|/g, ' ')
      .replace(/,(?=\S)/g, ' '),
  );
}
