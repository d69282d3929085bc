import { groupBy } from '../golden/group-by.ts';
import type { RecordedPlace, VerdictRecord } from '../golden/record.ts';
import { clip, escapeLine } from './escape.ts';
import { shownPath } from './paths.ts';
import { count } from './rows.ts';

/** So many are named of a row of names. */
export const MAX_NAMES = 4;
const MAX_TEXT = 160;

/** The first of some records; the session is named once for those that follow each other. */
export function names(records: readonly VerdictRecord[]): string {
  let before: string | undefined;
  const shown = records.slice(0, MAX_NAMES).map(({ title, trace }) => {
    const session = trace !== undefined && title.endsWith(trace) ? title.slice(0, -trace.length) : undefined;
    const name = session !== undefined && session === before ? (trace ?? title) : title;
    before = session;
    return escapeLine(clip(name, 80));
  });
  const more = records.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${count(more)} more` : '');
}

/** Where the first of some records points to, for the end of a line. */
export function firstPlace(records: readonly VerdictRecord[], root: string): string {
  const place = records.find(({ locations }) => locations)?.locations?.[0];
  return place ? `  at ${placeOf(place, root)}` : '';
}

function placeOf({ file, line, column }: RecordedPlace, root: string): string {
  return `${file === undefined ? '<markup>' : shownPath(file, root)}:${line}:${column}`;
}

/** The first line of a text, to print. */
export function oneLine(text: string): string {
  return escapeLine(clip(text.split('\n', 1)[0] ?? '', MAX_TEXT));
}

/** Keeps the end of a text: of a long path the file name matters. */
export function clipStart(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}

/** What some records are called: the table has calls of tests in it, too. */
export function unitOf(records: readonly VerdictRecord[]): string {
  return records.every(({ trace }) => trace !== undefined) ? 'trace' : 'render';
}

/** Groups values by a key, the most frequent first, then in order of appearance. */
export function countBy<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  return [...groupBy(items, key)].sort(([, one], [, other]) => other.length - one.length);
}
