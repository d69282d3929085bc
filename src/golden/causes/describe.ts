import { lineAndColumn } from '../../poml/errors.ts';
import { type Cause, type CauseKind, causeKey } from '../causes.ts';
import { inContext, partsThatDiffer } from './context.ts';
import type { Edit, EditPlace } from './edits.ts';

/** A file whose text changed. */
export interface ChangedFile {
  kind: 'markup' | 'include' | 'asset';
  /** Absolute; `undefined` for markup that a test gave as a string. */
  file: string | undefined;
  /** Its path from the project's root, with `/`; the same on every machine. */
  name: string | undefined;
  oldText: string;
  newText: string;
}

/** How much of the source is kept on each side. */
const MAX_SOURCE = 2000;
/** How much of it a summary quotes. */
const MAX_QUOTE = 60;
/** Of the text around it an edit is told apart from the same edit elsewhere. */
const AROUND = 40;

/** An edit as a cause. */
export function causeOfEdit(edit: Edit, changed: ChangedFile): Cause {
  const { oldText, newText, file, name } = changed;
  // Of something moved the two places hold one text, each of them on one side.
  const isKept = (text: string) => !edit.moved || text !== '';
  const before = edit.places.map(({ old }) => oldText.slice(old.start, old.end)).filter(isKept);
  const after = edit.places.map(({ new: now }) => newText.slice(now.start, now.end)).filter(isKept);
  const place = placeToName(edit);
  const { start, end } = place.new;
  const at = lineAndColumn(newText, edit.blank ? firstDifferent(before[0]!, after[0]!) + start : start);
  const kind: CauseKind = edit.stylesheet ? 'stylesheet' : changed.kind;
  const around = newText.slice(Math.max(0, start - AROUND), end + AROUND);
  const words = wordsOf(edit, place, changed);
  const others = edit.moved ? 0 : edit.places.length - 1;
  const more = others === 0 ? '' : `, and ${others === 1 ? 'another place' : `${others} more places`}`;
  return {
    key: causeKey(kind, name, ...before, ...after, around),
    kind,
    ...(file !== undefined && { file }),
    line: at.line,
    column: at.column,
    endLine: lineAndColumn(newText, Math.max(start, end - 1)).line,
    before: clipSource(before),
    after: clipSource(after),
    summary: `${name ?? '<markup>'}:${at.line} ${words}${more}`,
  };
}

/** The place that an edit is told at: of something moved, where it is now. */
function placeToName({ places, moved }: Edit): EditPlace {
  return (moved && places.find((place) => place.new.start < place.new.end)) || places[0]!;
}

function wordsOf(edit: Edit, place: EditPlace, { oldText, newText }: ChangedFile): string {
  if (edit.blank) return 'white space changed';
  const before = oldText.slice(place.old.start, place.old.end);
  const after = newText.slice(place.new.start, place.new.end);
  if (edit.moved) {
    const from = edit.places.find(({ old }) => old.start < old.end)?.old.start ?? 0;
    return `moved ${quoted(after)} from line ${lineAndColumn(oldText, from).line}`;
  }
  if (place.around) {
    const [first, last] = [place.around.start, place.around.end - 1].map(
      (offset) => lineAndColumn(newText, offset).line,
    );
    return `${changeWords('', after)} around ${first === last ? `line ${first}` : `lines ${first} to ${last}`}`;
  }
  if (place.unwrapped) return `${changeWords(before, '')}, but not its content`;
  if (/^<[^\s<>]+$/.test(before) && /^<[^\s<>]+$/.test(after)) return changeWords(`${before}>`, `${after}>`);
  if (place.element === undefined) return changeWords(...inContext(before, after, place, oldText, newText));
  const by = before === '' ? 'to' : after === '' ? 'from' : 'in';
  return `${changeWords(before, after)} ${by} <${place.element}>`;
}

/** `"urgent" became "pressing"`, `added "…"`, `removed "…"`. */
export function changeWords(before: string, after: string): string {
  if (before === '') return `added ${quoted(after)}`;
  if (after === '') return `removed ${quoted(before)}`;
  const [was, is] = partsThatDiffer(before, after, MAX_QUOTE);
  return `${quoted(was)} became ${quoted(is)}`;
}

/** A piece of source on one line, cut where it is long; markup goes without quotes. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line === '') return 'blanks';
  const short = line.length <= MAX_QUOTE ? line : `${line.slice(0, MAX_QUOTE - 1).toWellFormed()}…`;
  return /["<>]|='/.test(short) ? short : `"${short}"`;
}

function clipSource(pieces: readonly string[]): string {
  const text = pieces.join('\n…\n');
  return text.length <= MAX_SOURCE ? text : `${text.slice(0, MAX_SOURCE - 1).toWellFormed()}…`;
}

/** Where two texts part. */
function firstDifferent(one: string, other: string): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at++;
  return at;
}
