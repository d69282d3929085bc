import { diffArrays } from 'diff';
import type { Content, Message, RenderedPrompt, SourceLocation } from '../../poml/types.ts';
import { textBefore } from '../compare.ts';
import { rememberPairs } from '../remember.ts';
import type { Difference } from '../verdict.ts';

/** A stretch of the output that changed, and where in the sources it comes from. */
export interface Segment {
  /** What the golden holds there; empty for something added. */
  before: string;
  /** What the render holds there; empty for something removed. */
  after: string;
  /** Of its first visible character; for something removed, of what follows it. */
  location: SourceLocation | undefined;
  /** Of its last visible character. */
  end: SourceLocation | undefined;
}

const MAX_SEGMENTS = 20;
const MAX_EDITS = 400;

/** The stretches in which the texts of a difference differ, by lines. */
export function segmentsOf(difference: Difference, prompt: RenderedPrompt): Segment[] {
  const { path, kind, expected, actual, location } = difference;
  const place = /^messages(?:\[(\d+)\](?:\.content)?)?(?:\[(\d+)\])?$/.exec(path);
  if (!place || typeof expected !== 'string' || typeof actual !== 'string' || kind !== 'changed')
    return [{ before: textOf(expected), after: textOf(actual), location, end: location }];
  const message = Number(place[1] ?? 0);
  const start = textBefore(prompt.messages as Message[] | Content, message, Number(place[2] ?? 0));
  const locate = (offset: number) => prompt.locate(message, start + offset);
  return sharedLines(expected, actual).map(({ before, after, at }) => {
    const from = at + (after.length - after.trimStart().length);
    const to = at + after.trimEnd().length - 1;
    const follows = at + (/\S/.exec(actual.slice(at))?.index ?? 0);
    const first =
      after.trim() === ''
        ? (locate(follows) ?? locate(Math.max(0, at - 1)))
        : locate(from + sharedStart(before, after.trimStart()));
    return { before, after, location: first ?? location, end: after.trim() === '' ? first : locate(to) };
  });
}

const sharedLines = rememberPairs(changedLines);

/** Lines that differ, neighbours together; `at` is the offset in the new text. */
function changedLines(before: string, after: string): { before: string; after: string; at: number }[] {
  const changes = diffArrays(lines(before), lines(after), { maxEditLength: MAX_EDITS });
  if (!changes) return [{ before, after, at: 0 }];
  const found: { before: string; after: string; at: number }[] = [];
  let at = 0;
  let open: { before: string; after: string; at: number } | undefined;
  for (const { added, removed, value } of changes) {
    const text = value.join('');
    if (!added && !removed) {
      open = undefined;
      at += text.length;
      continue;
    }
    if (!open) {
      open = { before: '', after: '', at };
      found.push(open);
    }
    if (removed) open.before += text;
    else {
      open.after += text;
      at += text.length;
    }
  }
  return found.slice(0, MAX_SEGMENTS);
}

/** Lines with their ends. */
function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** How far into a changed line the two are the same; never all of it. */
function sharedStart(before: string, after: string): number {
  const one = before.trimStart();
  let at = 0;
  while (at < one.length && at < after.length && one[at] === after[at]) at++;
  return Math.min(at, Math.max(0, after.trimEnd().length - 1));
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '').slice(0, 4000);
}
