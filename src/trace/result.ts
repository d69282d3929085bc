import { TraceError } from './error.ts';
import { isRecord, parseTraceJson } from './json.ts';
import type { RecordedResult } from './types.ts';

const SPEAKERS = new Set(['system', 'human', 'ai', 'tool']);
const TOOL_REQUEST = 'application/vnd.poml.toolrequest';
const TOOL_RESPONSE = 'application/vnd.poml.toolresponse';

/**
 * Parses the text of a `.result.json`.
 *
 * @throws TraceError when it is no JSON, or not of the shape POML writes
 */
export function parseResult(text: string, file: string, sessionDir: string): RecordedResult {
  const value = parseTraceJson(text, file, sessionDir);
  const fault = resultFault(value);
  if (fault !== undefined) {
    throw new TraceError(`is not a result of POML: ${fault}`, {
      file,
      sessionDir,
      hint: 'Copy the file from the recording again, or accept the current render with an update.',
    });
  }
  return value as RecordedResult;
}

/**
 * Whether a call was made with messages (`chat`) or for its bare content. POML does not record the flag; the
 * shape tells it: messages have a speaker. An empty list counts as bare content: POML gives it for every empty
 * prompt without messages, but with messages only when the root is multimedia or its only element is left out,
 * and then both renders are empty lists.
 */
export function inferChat(messages: RecordedResult['messages']): boolean {
  if (typeof messages === 'string') return false;
  const first = messages[0];
  return isRecord(first) && 'speaker' in first;
}

/** `inferChat` from the text, which needs no parsing when it begins as POML writes it; `undefined` when it does not. */
export function inferChatFromText(text: string): boolean | undefined {
  const start = /^\{\s*"messages":\s*(?:(\[\s*\{\s*"speaker":)|("|\[\s*\]|\[\s*"|\[\s*\{\s*"type":))/.exec(
    text,
  );
  return start ? start[1] !== undefined : undefined;
}

/** What is wrong with a value that should be a result; `undefined` when nothing is. */
function resultFault(value: unknown): string | undefined {
  if (!isRecord(value)) return `an object with "messages" expected, but ${kindOf(value)} found`;
  if (!Object.hasOwn(value, 'messages')) return '"messages" is missing';
  if (Object.hasOwn(value, 'tools') && !Array.isArray(value.tools)) return '"tools" must be a list';
  if (Object.hasOwn(value, 'runtime') && !isRecord(value.runtime)) return '"runtime" must be an object';
  const { messages } = value;
  if (typeof messages === 'string') return undefined;
  if (!Array.isArray(messages)) return `"messages" must be a list or a string, but is ${kindOf(messages)}`;
  if (isRecord(messages[0]) && Object.hasOwn(messages[0], 'speaker')) {
    return firstFault(messages, (message, index) => messageFault(message, `messages[${index}]`));
  }
  return contentFault(messages, 'messages', 0);
}

function messageFault(message: unknown, place: string): string | undefined {
  if (!isRecord(message)) return `${place} must be an object with speaker and content`;
  if (typeof message.speaker !== 'string' || !SPEAKERS.has(message.speaker)) {
    return `${place}.speaker must be one of ${[...SPEAKERS].join(', ')}`;
  }
  return contentFault(message.content, `${place}.content`, 0);
}

/** POML nests content once, in a tool response; a hostile file may do so without end. */
const MAX_NESTING = 16;

function contentFault(content: unknown, place: string, depth: number): string | undefined {
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return `${place} must be a string or a list, but is ${kindOf(content)}`;
  if (depth > MAX_NESTING) return `${place} is nested too deeply`;
  return firstFault(content, (part, index) => partFault(part, `${place}[${index}]`, depth));
}

function partFault(part: unknown, place: string, depth: number): string | undefined {
  if (typeof part === 'string') return undefined;
  if (!isRecord(part) || typeof part.type !== 'string')
    return `${place} must be a string or an object with "type"`;
  if (part.type === TOOL_REQUEST) return undefined;
  if (part.type === TOOL_RESPONSE) return contentFault(part.content, `${place}.content`, depth + 1);
  return typeof part.base64 === 'string' ? undefined : `${place}.base64 must be a string`;
}

function firstFault(
  list: readonly unknown[],
  faultOf: (item: unknown, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of list.entries()) {
    const fault = faultOf(item, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
