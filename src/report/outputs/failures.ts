import type { VerdictRecord } from '../../golden/record.ts';
import { printDiff } from '../diff.ts';
import { escapeLines } from '../escape.ts';
import type { RunModel } from '../model/index.ts';
import { isRed } from '../model/index.ts';
import { plural } from '../rows.ts';

/** The records that fail without anything named as their cause, such as a golden that is not there. */
export function failuresWithoutCause({ records }: RunModel): VerdictRecord[] {
  return records.filter((record) => isRed(record) && !record.causes?.length);
}

/** The lines that show what a record found; empty where it has no details. */
export function recordLines({ detail }: VerdictRecord, root: string, maxLines: number): string[] {
  if (!detail) return [];
  const errors = (detail.errors ?? []).flatMap(({ reason, frame }) => [
    ...escapeLines(reason).split('\n'),
    ...(frame === undefined ? [] : escapeLines(frame).split('\n')),
  ]);
  // As the lines of a diff they do not begin a line: `/close` there is a command of GitLab.
  const indented = errors.map((line) => `  ${line}`);
  const lines = [...indented, ...printDiff(detail, { root, maxLines })];
  const rest = lines.length - maxLines;
  return rest <= 0 ? lines : [...lines.slice(0, maxLines - 1), `… ${plural(rest + 1, 'more line')}`];
}
