import type { Content, ContentPart, Message, RenderedPrompt } from '../poml/types.ts';
import type { RecordedResult } from '../trace/types.ts';
import type { Tolerance } from './compare-options.ts';
import type { Golden } from './golden.ts';
import { goldenValue, isChat } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { chain, mapMaybe } from './maybe.ts';
import type { MediaPair } from './messages.ts';
import { compareMessages } from './messages.ts';
import { nearGolden } from './near-golden.ts';
import { originalOffset } from './scrub.ts';
import { compareValues, join } from './structure.ts';
import { type ToleratedPair, tolerate, whitespaceKey } from './tolerance.ts';
import type { ComparePictures } from './tools.ts';
import type { Difference } from './verdict.ts';

/** A render in the forms that are compared. */
export interface RenderedBytes {
  /** Tells where differences come from; left out for a result that was not rendered here. */
  prompt?: RenderedPrompt;
  /** As in `.result.json`. */
  json: string;
  /** As in `.result.txt`. */
  text: string;
}

/** What a comparison found. */
export interface Comparison {
  /** None when golden and render are the same. */
  differences: Difference[];
  /** What had to be tolerated for that, in words, e.g. `2 uuids scrubbed`; empty where the bytes are equal. */
  tolerated: string[];
  /** What both files hold, where they had to be read. */
  values?: { expected: RecordedResult; actual: RecordedResult };
}

/** How to compare. */
export interface CompareTools {
  /** Left out: pictures must have equal bytes. */
  comparePictures?: ComparePictures | undefined;
  /** Left out: only what never reaches the model is forgiven. */
  tolerance?: Tolerance | undefined;
}

/**
 * The differences between a golden and a render.
 *
 * Equal bytes of `.result.json` end it at once. Else the values are compared by path, so that another layout of
 * the file is no difference, and pictures whose bytes differ are compared decoded; what the tolerance allows is
 * forgiven. `.result.txt`, where there is one, must then agree too, in either spelling of its headings.
 *
 * @returns A promise only when pictures must be decoded.
 * @throws TraceError when the golden is no valid JSON or no result of POML.
 */
export function compare(
  actual: RenderedBytes,
  golden: Pick<Golden, 'json' | 'text' | 'prefix' | 'label'>,
  { comparePictures, tolerance }: CompareTools = {},
): MaybePromise<Comparison> {
  const { json, text } = golden;
  if (json === actual.json) return { differences: compareTexts(text, actual.text), tolerated: [] };
  const near = tolerance ? undefined : compareNear(json, actual);
  if (near) return near;
  const value = goldenValue(golden);
  const rendered = JSON.parse(actual.json) as RecordedResult;
  const values = { expected: value, actual: rendered };
  const pair = tolerance ? tolerate(value, rendered, tolerance) : untouched(value, rendered);
  const messages = compareMessages(
    pair.expected.messages,
    pair.actual.messages,
    whitespaceKey(tolerance?.whitespace ?? 'exact'),
  );
  const differences = [...messages.differences, ...compareRest(pair, tolerance?.toolOrder)];
  const decode = tolerance?.media === 'bytes' ? undefined : comparePictures;
  const share = typeof tolerance?.media === 'object' ? tolerance.media.share : 0;
  const decoded = decode
    ? mapMaybe(messages.media, (media) => comparePair(media, decode, share))
    : messages.media.map(() => false);
  return chain(decoded, (same) => {
    const tolerated = messages.media.filter((_, i) => same[i]);
    const left = differences.filter(
      (difference) => !tolerated.some((media) => media.difference === difference),
    );
    if (left.length > 0)
      return { differences: locate(left, actual.prompt, pair.replaced), tolerated: [], values };
    // The text says the same as the JSON, which has been forgiven already.
    if (tolerance) return { differences: [], tolerated: pair.notes };
    const expected = text === undefined ? undefined : withoutPictures(text, tolerated);
    return { differences: compareTexts(expected, actual.text), tolerated: [], values };
  });
}

/** The comparison where only the text of one message differs. */
function compareNear(
  goldenJson: string | undefined,
  { json, prompt }: RenderedBytes,
): Comparison | undefined {
  if (!prompt || goldenJson === undefined) return undefined;
  const { messages, schema, tools, runtime } = prompt;
  const near = nearGolden(goldenJson, json, messages);
  if (!near) return undefined;
  const rest = {
    ...(schema !== undefined && { schema }),
    ...(tools && { tools }),
    ...(runtime && { runtime }),
  };
  return {
    differences: locate([near.difference], prompt, new Map()),
    tolerated: [],
    values: { expected: { messages: near.messages, ...rest }, actual: { messages, ...rest } },
  };
}

function untouched(expected: RecordedResult, actual: RecordedResult): ToleratedPair {
  return { expected, actual, replaced: new Map(), notes: [] };
}

/** Decoded pictures that look the same are no difference. */
function comparePair(pair: MediaPair, decode: ComparePictures, share: number): MaybePromise<boolean> {
  return chain(decode(pair.expected, pair.actual, share), ({ same, detail }) => {
    if (detail) pair.difference.note = detail;
    return same;
  });
}

/** Schema, tools (by name) and runtime. */
function compareRest(
  { expected, actual }: Pick<ToleratedPair, 'expected' | 'actual'>,
  toolOrder: Tolerance['toolOrder'] = 'exact',
): Difference[] {
  return [
    ...compareValues(expected.schema, actual.schema, 'schema'),
    ...compareTools(expected.tools, actual.tools, toolOrder),
    ...compareValues(expected.runtime, actual.runtime, 'runtime'),
  ];
}

function compareTools(
  expected: RecordedResult['tools'],
  actual: RecordedResult['tools'],
  order: Tolerance['toolOrder'],
): Difference[] {
  if (!areNamed(expected) || !areNamed(actual)) return compareValues(expected, actual, 'tools');
  const before = expected.map(({ name }) => name);
  const after = actual.map(({ name }) => name);
  const differences: Difference[] = [];
  for (const name of new Set([...before, ...after])) {
    differences.push(
      ...compareValues(expected[before.indexOf(name)], actual[after.indexOf(name)], join('tools', name)),
    );
  }
  const kept = before.filter((name) => after.includes(name));
  const now = after.filter((name) => before.includes(name));
  if (order === 'exact' && kept.some((name, i) => name !== now[i])) {
    differences.push({
      path: 'tools',
      kind: 'moved',
      expected: before,
      actual: after,
      note: 'order of the tools',
    });
  }
  return differences;
}

/** Whether tools can be told apart by their names. */
function areNamed(tools: RecordedResult['tools']): tools is NonNullable<RecordedResult['tools']> {
  return (
    Array.isArray(tools) &&
    tools.every((tool) => typeof tool?.name === 'string') &&
    new Set(tools.map(({ name }) => name)).size === tools.length
  );
}

/**
 * `.result.txt` holds nothing that `.result.json` lacks, so what a checkout or an editor does to it is
 * forgiven: CRLF, a final newline, and headings without the empty line after them, as POML's manual shows them.
 */
function compareTexts(expected: string | undefined, actual: string): Difference[] {
  if (expected === undefined || expected === actual || normalText(expected) === normalText(actual)) return [];
  return [
    { path: 'result.txt', kind: 'changed', expected, actual, note: 'the messages themselves are the same' },
  ];
}

function normalText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/^(===== (?:system|human|ai|tool) =====)\n\n/gm, '$1\n')
    .replace(/\n$/, '');
}

/** How much of a part POML prints to `.result.txt`. */
const PRINTED = 100;

/** A `.result.txt` in which pictures found to be the same are printed as the render prints them. */
function withoutPictures(text: string, tolerated: readonly MediaPair[]): string {
  let result = text;
  for (const { printed } of tolerated) {
    result = result.replace(beginning(printed.expected), () => beginning(printed.actual));
  }
  return result;
}

function beginning(part: ContentPart): string {
  return JSON.stringify(part).slice(0, PRINTED);
}

/** Adds where in the sources the changed text comes from. */
function locate(
  differences: Difference[],
  prompt: RenderedPrompt | undefined,
  replaced: ToleratedPair['replaced'],
): Difference[] {
  if (!prompt) return differences;
  for (const difference of differences) {
    const place = /^messages(?:\[(\d+)\](?:\.content)?)?(?:\[(\d+)\])?$/.exec(difference.path);
    if (!place || difference.kind === 'removed') continue;
    const message = place[1] === undefined ? 0 : Number(place[1]);
    const part = place[2] === undefined ? 0 : Number(place[2]);
    const inPart = firstDifference(difference.expected, difference.actual);
    const offset =
      textBefore(prompt.messages, message, part) +
      originalOffset(inPart, replaced.get(difference.path) ?? []);
    const location = prompt.locate(message, offset);
    if (location) difference.location = location;
  }
  return differences;
}

/** How far into a message one of its parts begins, as `locate` counts: a picture as one character. */
export function textBefore(messages: Message[] | Content, message: number, part: number): number {
  const content = isChat(messages) ? messages[message]?.content : (messages as Content);
  if (!Array.isArray(content)) return 0;
  return content.slice(0, part).reduce((sum, item) => sum + (typeof item === 'string' ? item.length : 1), 0);
}

/** Offset of the first difference of two texts; 0 for anything else. */
export function firstDifference(expected: unknown, actual: unknown): number {
  if (typeof expected !== 'string' || typeof actual !== 'string') return 0;
  const end = Math.min(expected.length, actual.length);
  let at = 0;
  while (at < end && expected.charCodeAt(at) === actual.charCodeAt(at)) at++;
  // At the end of the text the last character is the nearest that has a source.
  return at === actual.length ? Math.max(0, at - 1) : at;
}
