import type { Content, ContentPart, Message, Speaker } from '../poml/types.ts';
import type { RecordedResult } from '../trace/types.ts';
import { firstDifference } from './compare.ts';
import type {
  ShownDifference,
  ShownError,
  ShownMessage,
  ShownPart,
  ShownResult,
  VerdictDetail,
} from './detail.ts';
import { goldenValue, isChat } from './golden.ts';
import { isMedia } from './messages.ts';
import { originsOf, Sources, type SourceTexts } from './origins.ts';
import { isRenderError } from './render.ts';
import { MAX_SHOWN_PICTURE, mediaIn, type Thumbnails } from './thumbnails.ts';
import type { Difference, Verdict } from './verdict.ts';

/** Characters of JSON of a whole detail. */
const MAX_DETAIL = 64_000;
/** How often the bounds below are halved for a detail that is larger. */
const MAX_ROUNDS = 8;

/** How much is kept; what is beyond is cut. */
const BOUNDS = {
  /** Characters of the texts of a side. */
  text: 16_000,
  /** Messages, and parts of a message. */
  items: 64,
  /** Characters of one value of a difference. */
  value: 2000,
  differences: 40,
  /** Base64 characters of all pictures of a side. */
  pictures: 2 * MAX_SHOWN_PICTURE,
  /** Characters of JSON of schema, tools and runtime, each. */
  json: 6000,
};
type Bounds = typeof BOUNDS;

/** How much of a value is shown before the place where it differs. */
const BEFORE_CHANGE = 0.2;
const MAX_ERRORS = 5;
/** Base64 characters of a picture that did not change. */
const MAX_SAME_PICTURE = 3000;

/** The full picture of a verdict, cut to a bounded size. */
export function makeDetail(verdict: Verdict, read: SourceTexts['read']): VerdictDetail {
  let bounds = BOUNDS;
  let detail = detailWithin(bounds, verdict, read);
  for (let round = 0; round < MAX_ROUNDS && JSON.stringify(detail).length > MAX_DETAIL; round++) {
    bounds = Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, bound >> 1])) as Bounds;
    detail = { ...detailWithin(bounds, verdict, read), cut: true };
  }
  return detail;
}

function detailWithin(bounds: Bounds, verdict: Verdict, read: SourceTexts['read']): VerdictDetail {
  const cut = { was: verdict.differences.length > bounds.differences };
  const { actual, errors } = verdict;
  const sources = new Sources({ markup: verdict.markup, read });
  const golden = goldenOf(verdict);
  const changed = shownMedia(verdict);
  const detail: VerdictDetail = {
    ...(golden && { golden: shownResult(golden, bounds, changed, cut) }),
    ...(actual && { render: shownResult(actual, bounds, changed, cut) }),
    differences: verdict.differences.slice(0, bounds.differences).map((difference) => {
      if (difference.location) sources.add(difference.location);
      return shownDifference(difference, bounds.value);
    }),
  };
  if (errors.length > 0 || verdict.cause) {
    const all = errors.length > 0 ? errors : [verdict.cause!];
    detail.errors = all.slice(0, MAX_ERRORS).map((error) => shownError(error, bounds.value));
  }
  if (actual) {
    const texts = textsOf(actual.messages).slice(0, bounds.items);
    const origins = texts.map((text, i) => originsOf(text.slice(0, bounds.text), i, actual, sources));
    if (origins.some((list) => list.length > 0)) detail.origins = origins;
  }
  const shown = sources.shown();
  if (shown.length > 0) detail.sources = shown;
  if (cut.was) detail.cut = true;
  return detail;
}

function goldenOf({ expectedJson, golden, title }: Verdict): RecordedResult | undefined {
  if (expectedJson === undefined) return undefined;
  try {
    return goldenValue({ json: expectedJson, prefix: golden, label: title });
  } catch {
    return undefined;
  }
}

interface Cut {
  was: boolean;
}

type Result = Pick<RecordedResult, 'messages' | 'schema' | 'tools' | 'runtime'>;

/** Pictures and sounds that differ, by their data: those are the ones to be looked at, large ones by their thumbnails. */
function shownMedia({ differences, thumbnails }: Verdict): Thumbnails {
  const values = differences.flatMap(({ expected, actual }) => [...mediaIn(expected), ...mediaIn(actual)]);
  return new Map(values.map((media) => [media.base64, thumbnails?.get(media.base64) ?? media]));
}

function shownResult(
  { messages, schema, tools, runtime }: Result,
  bounds: Bounds,
  changed: Thumbnails,
  cut: Cut,
): ShownResult {
  const room = { ...bounds };
  const turns: { speaker?: Speaker; content: Content }[] = isChat(messages)
    ? messages
    : [{ content: messages as Content }];
  if (turns.length > bounds.items) cut.was = true;
  const shown = turns.slice(0, bounds.items).map(
    (turn): ShownMessage => ({
      ...(turn.speaker && { speaker: turn.speaker }),
      parts: shownParts(turn.content, room, changed, cut),
    }),
  );
  return {
    messages: shown,
    ...(schema !== undefined && { schema: small(schema, bounds.json, cut) }),
    ...(tools !== undefined && { tools: small(tools, bounds.json, cut) }),
    ...(runtime !== undefined && { runtime: small(runtime, bounds.json, cut) }),
  };
}

/** The parts of a message; `room` is what is left of the bounds. */
function shownParts(content: Content, room: Bounds, changed: Thumbnails, cut: Cut): ShownPart[] {
  const parts = typeof content === 'string' ? [content] : content;
  if (parts.length > room.items) cut.was = true;
  return parts.slice(0, room.items).map((part): ShownPart => {
    if (typeof part === 'string') {
      const text = take(part, room);
      if (text.length === part.length) return { kind: 'text', text };
      cut.was = true;
      return { kind: 'text', text, cut: part.length - text.length };
    }
    if (!isMedia(part)) return { kind: 'data', type: part.type, value: small(part, room.json, cut) };
    const differing = changed.get(part.base64);
    const { type, base64 } = differing ?? part;
    const most = differing ? room.pictures : Math.min(room.pictures, MAX_SAME_PICTURE);
    const kept = base64.length <= most;
    if (kept) room.pictures -= base64.length;
    else cut.was = true;
    return {
      kind: 'media',
      type: part.type.slice(0, 100),
      bytes: Math.floor((part.base64.replace(/=+$/, '').length * 3) / 4),
      ...(part.alt !== undefined && { alt: take(part.alt, room) }),
      ...(kept && { base64 }),
      ...(kept && base64 !== part.base64 && { thumbnail: type }),
    };
  });
}

/** As much of a text as there is room for. */
function take(text: string, room: Bounds): string {
  const taken = text.slice(0, room.text).toWellFormed();
  room.text -= taken.length;
  return taken;
}

/** A value as it is when its JSON is small, else the beginning of that as a text. */
function small(value: unknown, most: number, cut?: Cut): unknown {
  const json = JSON.stringify(value, withoutData) ?? 'null';
  if (json.length <= most) return JSON.parse(json);
  if (cut) cut.was = true;
  return `${json.slice(0, most).toWellFormed()}…`;
}

/** Media in the answer of a tool by their size only. */
function withoutData(key: string, value: unknown): unknown {
  return (key === 'base64' || key === '__base64__') && typeof value === 'string' && value.length > 200
    ? `(${value.length} characters of base64)`
    : value;
}

/** The text of each message as `locate` counts it: a picture is one character. */
function textsOf(messages: Message[] | Content): string[] {
  const contents = isChat(messages) ? messages.map(({ content }) => content) : [messages as Content];
  return contents.map((content) =>
    typeof content === 'string'
      ? content
      : content.map((part: ContentPart) => (typeof part === 'string' ? part : ' ')).join(''),
  );
}

function shownDifference({ location, ...difference }: Difference, most: number): ShownDifference {
  const { expected, actual } = difference;
  const from = Math.max(0, firstDifference(expected, actual) - Math.floor(most * BEFORE_CHANGE));
  const shown: ShownDifference = { ...difference, path: difference.path.slice(0, 500) };
  if (expected !== undefined) shown.expected = shownValue(expected, from, most);
  if (actual !== undefined) shown.actual = shownValue(actual, from, most);
  if (location) {
    const { file, line, column, endOffset, expression } = location;
    shown.location = {
      ...(file !== undefined && { file }),
      line,
      column,
      endOffset,
      ...(expression !== undefined && { expression: expression.slice(0, 200) }),
    };
  }
  return shown;
}

function shownValue(value: unknown, from: number, most: number): unknown {
  if (typeof value !== 'string') return small(value, most);
  if (value.length <= most) return value;
  const piece = value.slice(from, from + most).toWellFormed();
  return `${from > 0 ? '…' : ''}${piece}${from + most < value.length ? '…' : ''}`;
}

function shownError(error: Error, most: number): ShownError {
  if (!isRenderError(error)) return { reason: error.message.slice(0, most) };
  const { reason, location, frame } = error;
  return {
    reason: reason.slice(0, most),
    ...(location?.file !== undefined && { file: location.file }),
    ...(location && { line: location.line, column: location.column }),
    ...(frame !== '' && { frame: frame.slice(0, most) }),
  };
}
