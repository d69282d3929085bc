import { diffWordsWithSpace } from 'diff';

/** A stretch of a line, changed or common to both lines. */
export interface Segment {
  text: string;
  changed: boolean;
}

/** Two lines, cut into what they share and what not. */
export interface LineDiff {
  expected: Segment[];
  actual: Segment[];
  /** Only white space differs. */
  whiteSpaceOnly: boolean;
  /** The lines look the same although they differ: another composition of the same letters. */
  lookAlike: boolean;
}

// Words are diffed only in lines of a readable length: the work is quadratic where everything differs.
const MAX_WORD_DIFF = 4000;
const MAX_EDITS = 400;

/** What differs inside a line, word by word; in very long lines as one stretch between what the ends share. */
export function diffLine(expected: string, actual: string): LineDiff {
  const short = expected.length + actual.length <= MAX_WORD_DIFF;
  const changes = short ? diffWordsWithSpace(expected, actual, { maxEditLength: MAX_EDITS }) : undefined;
  const sides = changes
    ? {
        expected: changes
          .filter(({ added }) => !added)
          .map(({ value, removed }) => ({ text: value, changed: removed })),
        actual: changes
          .filter(({ removed }) => !removed)
          .map(({ value, added }) => ({ text: value, changed: added })),
      }
    : diffEnds(expected, actual);
  return {
    ...sides,
    whiteSpaceOnly: short && stripped(expected) === stripped(actual),
    lookAlike: short && expected.normalize('NFKC') === actual.normalize('NFKC'),
  };
}

/** One changed stretch between a common beginning and a common end. */
function diffEnds(expected: string, actual: string): Pick<LineDiff, 'expected' | 'actual'> {
  const shortest = Math.min(expected.length, actual.length);
  let start = 0;
  while (start < shortest && expected.charCodeAt(start) === actual.charCodeAt(start)) start++;
  if (isHighSurrogate(expected, start - 1)) start--;
  let end = 0;
  while (
    end < shortest - start &&
    expected.charCodeAt(expected.length - 1 - end) === actual.charCodeAt(actual.length - 1 - end)
  ) {
    end++;
  }
  if (isHighSurrogate(expected, expected.length - end - 1)) end--;
  return {
    expected: threeParts(expected, start, Math.max(0, end)),
    actual: threeParts(actual, start, Math.max(0, end)),
  };
}

function threeParts(text: string, start: number, end: number): Segment[] {
  return [
    { text: text.slice(0, start), changed: false },
    { text: text.slice(start, text.length - end), changed: true },
    { text: text.slice(text.length - end), changed: false },
  ].filter((segment) => segment.text !== '');
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}

function stripped(text: string): string {
  return text.replace(/[\s\u200b-\u200d\u2060]+/g, '');
}
