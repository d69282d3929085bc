import type { Content, ContentPart, MediaPart, Message, Speaker } from '../poml/types.ts';
import { align, textLikeness } from './align.ts';
import { isChat } from './golden.ts';
import { compareValues } from './structure.ts';
import type { Difference } from './verdict.ts';

/** Two pictures (or sounds) at the same place whose bytes differ; decoded they may be the same. */
export interface MediaPair {
  difference: Difference;
  expected: MediaPart;
  actual: MediaPart;
  /** The parts that hold them, as `.result.txt` prints them: the media themselves, or a tool's answer. */
  printed: { expected: ContentPart; actual: ContentPart };
}

/** The differences of the messages of two results. */
export interface MessageComparison {
  differences: Difference[];
  media: MediaPair[];
}

const ALIKE = 0.3;

/** What the comparison of messages adds to, and what it goes by. */
interface Found extends MessageComparison {
  /** Texts of equal keys are the same. */
  textKey: TextKey;
}

type TextKey = (text: string) => string;

/** The key of texts of which only equal ones are the same. */
export const itself: TextKey = (text) => text;

/**
 * Compares the messages of two results, pairing them so that an inserted message is one difference.
 *
 * @param textKey Texts of equal keys are the same.
 */
export function compareMessages(
  expected: Message[] | Content,
  actual: Message[] | Content,
  textKey: TextKey = itself,
): MessageComparison {
  const found: Found = { differences: [], media: [], textKey };
  const bothChat = (isChat(expected) || isEmptyList(expected)) && (isChat(actual) || isEmptyList(actual));
  if (bothChat) {
    compareTurns(expected as Message[], actual as Message[], found);
  } else if (isChat(expected) || isChat(actual)) {
    found.differences.push({
      path: 'messages',
      kind: 'changed',
      expected,
      actual,
      note: isChat(expected)
        ? 'messages by speaker became plain content'
        : 'plain content became messages by speaker',
    });
  } else {
    compareContent(expected as Content, actual as Content, 'messages', undefined, found);
  }
  return found;
}

function compareTurns(expected: Message[], actual: Message[], found: Found): void {
  const { textKey } = found;
  const keyOf = turnKeyBy(textKey);
  const pairs = align(expected.map(keyOf), actual.map(keyOf), (e, a) =>
    turnLikeness(expected[e]!, actual[a]!),
  );
  const gone = new Map<string, number>();
  for (const pair of pairs) {
    if (pair.actual === undefined) gone.set(keyOf(expected[pair.expected!]!), pair.expected!);
  }
  const moved = new Set<number>();
  const differences: Difference[] = [];
  for (const pair of pairs) {
    if (pair.equal) continue;
    if (pair.expected === undefined) {
      const message = actual[pair.actual!]!;
      const from = gone.get(keyOf(message));
      const path = `messages[${pair.actual}]`;
      if (from === undefined || moved.has(from)) {
        differences.push({ path, kind: 'added', actual: message, speaker: message.speaker });
      } else {
        moved.add(from);
        differences.push({
          path,
          kind: 'moved',
          from: `messages[${from}]`,
          speaker: message.speaker,
          expected: message,
          actual: message,
        });
      }
    } else if (pair.actual === undefined) {
      const message = expected[pair.expected]!;
      differences.push({
        path: `messages[${pair.expected}]`,
        kind: 'removed',
        expected: message,
        speaker: message.speaker,
      });
    } else {
      const inner: Found = { differences: [], media: [], textKey };
      compareTurn(expected[pair.expected]!, actual[pair.actual]!, `messages[${pair.actual}]`, inner);
      differences.push(...inner.differences);
      found.media.push(...inner.media);
    }
  }
  found.differences.push(
    ...differences.filter(
      ({ kind, path }) =>
        !(kind === 'removed' && moved.has(Number(/^messages\[(\d+)\]$/.exec(path)?.[1] ?? -1))),
    ),
  );
}

function compareTurn(expected: Message, actual: Message, path: string, found: Found): void {
  if (expected.speaker !== actual.speaker) {
    found.differences.push({
      path: `${path}.speaker`,
      kind: 'changed',
      expected: expected.speaker,
      actual: actual.speaker,
      speaker: actual.speaker,
    });
  }
  compareContent(expected.content, actual.content, `${path}.content`, actual.speaker, found);
}

function compareContent(
  expected: Content,
  actual: Content,
  path: string,
  speaker: Speaker | undefined,
  found: Found,
): void {
  const { textKey } = found;
  const keyOf = keyBy(textKey);
  if (typeof expected === 'string' && typeof actual === 'string') {
    if (textKey(expected) !== textKey(actual)) {
      found.differences.push({ path, kind: 'changed', expected, actual, ...(speaker && { speaker }) });
    }
    return;
  }
  const before = typeof expected === 'string' ? [expected] : expected;
  const after = typeof actual === 'string' ? [actual] : actual;
  const count = found.differences.length;
  const pairs = align(before.map(keyOf), after.map(keyOf), (e, a) => partLikeness(before[e]!, after[a]!));
  for (const pair of pairs) {
    if (pair.equal) continue;
    const one = pair.expected === undefined ? undefined : before[pair.expected]!;
    const other = pair.actual === undefined ? undefined : after[pair.actual]!;
    const place = `${path}[${pair.actual ?? pair.expected}]`;
    comparePart(one, other, place, speaker, found);
  }
  // Equal parts in another wrapping: a text and a list of this one text read the same to people, not to an API.
  if (found.differences.length === count && typeof expected !== typeof actual) {
    found.differences.push({
      path,
      kind: 'changed',
      expected,
      actual,
      ...(speaker && { speaker }),
      note: typeof expected === 'string' ? 'a text became a list of parts' : 'a list of parts became a text',
    });
  }
}

function comparePart(
  expected: ContentPart | undefined,
  actual: ContentPart | undefined,
  path: string,
  speaker: Speaker | undefined,
  found: Found,
): void {
  const who = speaker && { speaker };
  if (expected === undefined) found.differences.push({ path, kind: 'added', actual, ...who });
  else if (actual === undefined) found.differences.push({ path, kind: 'removed', expected, ...who });
  else if (isMedia(expected) && isMedia(actual)) {
    addMedia(expected, actual, { expected, actual }, path, speaker, found);
  } else if (typeof expected === 'object' && typeof actual === 'object' && expected.type === actual.type) {
    compareToolPart(expected, actual, path, speaker, found);
  } else {
    found.differences.push({ path, kind: 'changed', expected, actual, ...who });
  }
}

function addMedia(
  expected: MediaPart,
  actual: MediaPart,
  printed: MediaPair['printed'],
  path: string,
  speaker: Speaker | undefined,
  found: Found,
): void {
  const who = speaker && { speaker };
  if (
    expected.type !== actual.type ||
    (expected.base64 !== actual.base64 && !expected.type.startsWith('image/'))
  ) {
    found.differences.push({ path, kind: 'changed', expected, actual, ...who });
    return;
  }
  if (expected.alt !== actual.alt) {
    found.differences.push({
      path: `${path}.alt`,
      kind: expected.alt === undefined ? 'added' : actual.alt === undefined ? 'removed' : 'changed',
      expected: expected.alt,
      actual: actual.alt,
      ...who,
    });
  }
  if (expected.base64 !== actual.base64) {
    const difference: Difference = { path, kind: 'changed', expected, actual, ...who };
    found.differences.push(difference);
    found.media.push({ difference, expected, actual, printed });
  }
}

/** Tool calls and answers: by path, except that pictures in an answer are compared as pictures. */
function compareToolPart(
  expected: Exclude<ContentPart, string>,
  actual: Exclude<ContentPart, string>,
  path: string,
  speaker: Speaker | undefined,
  found: Found,
): void {
  const { textKey } = found;
  const { content: before, ...expectedRest } = expected as { content: unknown };
  const { content: after, ...actualRest } = actual as { content: unknown };
  const differences = compareValues(expectedRest, actualRest, path);
  if (isPartList(before) && isPartList(after)) {
    const inner: Found = { differences: [], media: [], textKey };
    compareContent(before, after, `${path}.content`, speaker, inner);
    differences.push(...inner.differences);
    // What is printed to .result.txt is the whole answer, not the picture in it.
    found.media.push(...inner.media.map((pair) => ({ ...pair, printed: { expected, actual } })));
  } else if (typeof before === 'string' && typeof after === 'string') {
    if (textKey(before) !== textKey(after)) {
      differences.push({ path: `${path}.content`, kind: 'changed', expected: before, actual: after });
    }
  } else {
    differences.push(...compareValues(before, after, `${path}.content`));
  }
  for (const difference of differences) {
    if (speaker) difference.speaker ??= speaker;
    found.differences.push(difference);
  }
}

/** Whether a value is a picture or a sound. */
export function isMedia(value: unknown): value is MediaPart {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as MediaPart).base64 === 'string' &&
    typeof (value as MediaPart).type === 'string'
  );
}

function isPartList(value: unknown): value is ContentPart[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' || isMedia(part));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Makes keys by which equal messages and parts are found. */
function keyBy(textKey: TextKey): (value: unknown) => string {
  const inner = (key: string, value: unknown): unknown =>
    typeof value === 'string' && key !== 'base64' ? textKey(value) : value;
  const replacer = textKey === itself ? undefined : inner;
  return (value) => (typeof value === 'string' ? `"${textKey(value)}` : JSON.stringify(value, replacer));
}

/** The same for whole messages, most of which are a text. */
function turnKeyBy(textKey: TextKey): (turn: Message) => string {
  const keyOf = keyBy(textKey);
  return (turn) => {
    const { speaker, content } = turn;
    return typeof content === 'string' ? `${speaker}"${textKey(content)}` : keyOf(turn);
  };
}

function turnLikeness(expected: Message, actual: Message): number {
  const alike = textLikeness(plainText(expected.content), plainText(actual.content));
  return alike < ALIKE ? 0 : alike * (expected.speaker === actual.speaker ? 1 : 0.5);
}

function partLikeness(expected: ContentPart, actual: ContentPart): number {
  if (typeof expected !== typeof actual) return 0;
  if (typeof expected === 'string') {
    const alike = textLikeness(expected, actual as string);
    return alike < ALIKE ? 0 : alike;
  }
  return expected.type === (actual as Exclude<ContentPart, string>).type ? 0.5 : 0;
}

/** The text of a content, other parts by their type. */
export function plainText(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part === 'string' ? part : `[${part.type}]`)).join('\n');
}
