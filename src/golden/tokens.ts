import type { Content, ContentPart, Message } from '../poml/types.ts';

/** What of a prompt costs tokens, in the shape of `.result.json` and of a render. */
export interface TokenSubject {
  messages: Message[] | Content;
  schema?: unknown;
  tools?: unknown;
}

/** Tokens of a golden and of the render that was held against it. */
export interface TokenChange {
  before: number;
  after: number;
}

/**
 * The tokens of everything that the model reads as text: messages, calls and answers of tools, the tools themselves
 * and the output schema as JSON. Pictures, sounds and what a provider adds around messages are not in it.
 *
 * @param countTokens Counts the tokens of one text.
 */
export function countPromptTokens(subject: TokenSubject, countTokens: (text: string) => number): number {
  const { messages, schema, tools } = subject;
  const contents = Array.isArray(messages) ? (messages as (Message | ContentPart)[]) : [messages];
  const texts = contents.flatMap((item) =>
    typeof item === 'object' && 'speaker' in item ? contentTexts(item.content) : contentTexts([item]),
  );
  for (const value of [schema, tools]) if (value !== undefined) texts.push(JSON.stringify(value) ?? '');
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

function contentTexts(content: Content): string[] {
  return typeof content === 'string' ? [content] : content.flatMap(partTexts);
}

function partTexts(part: ContentPart): string[] {
  if (typeof part === 'string') return [part];
  if ('base64' in part) return [];
  if (part.type === 'application/vnd.poml.toolresponse') return [part.name, ...contentTexts(part.content)];
  return [part.name, JSON.stringify(part.content) ?? ''];
}

const MAX_LINE = 4000;
/** Characters of all lines that are remembered. */
const MAX_KNOWN = 8_000_000;
/** So many lines wait to be seen again: what only one call says is not kept. */
const MAX_NEW = 5000;

/** Lines and their tokens. */
interface LineMemory {
  lines: Map<string, number>;
  /** Characters of them. */
  size: number;
  /** Lines that have been seen once. */
  fresh: Map<string, number>;
  /** The last whole texts. */
  texts: Map<string, number>;
}

const MAX_TEXTS = 64;

const known = new WeakMap<(text: string) => number, LineMemory>();

function countOf(line: string, memory: LineMemory, countTokens: (text: string) => number): number {
  const { lines, fresh } = memory;
  const sure = lines.get(line);
  if (sure !== undefined) return sure;
  const again = fresh.get(line);
  const count = again ?? countTokens(line);
  if (line.length > MAX_LINE) return count;
  if (again === undefined) {
    if (fresh.size >= MAX_NEW) fresh.clear();
    fresh.set(line, count);
    return count;
  }
  if (memory.size > MAX_KNOWN) {
    lines.clear();
    memory.size = 0;
  }
  fresh.delete(line);
  lines.set(line, count);
  memory.size += line.length;
  return count;
}

/**
 * Counts like `countTokens`, line by line, and remembers lines: most of those of a prompt are the same before and after, and in
 * its next call. No token of o200k_base or cl100k_base goes over a line break into a line that begins with a letter (of ASCII,
 * which is told fast).
 */
export function lineCounter(countTokens: (text: string) => number): (text: string) => number {
  const memory = known.get(countTokens) ?? {
    lines: new Map(),
    size: 0,
    fresh: new Map(),
    texts: new Map(),
  };
  known.set(countTokens, memory);
  return (text) => {
    const counted = memory.texts.get(text);
    if (counted !== undefined) return counted;
    let sum = 0;
    for (let start = 0; start < text.length; ) {
      const end = nextLine(text, start);
      const line = start === 0 && end === text.length ? text : text.slice(start, end);
      sum += countOf(line, memory, countTokens);
      start = end;
    }
    if (text.length > MAX_LINE) return sum;
    if (memory.texts.size >= MAX_TEXTS) memory.texts.clear();
    memory.texts.set(text, sum);
    return sum;
  };
}

/** Where the next line that begins with a letter starts. */
function nextLine(text: string, from: number): number {
  for (let at = text.indexOf('\n', from) + 1; at > 0; at = text.indexOf('\n', at) + 1) {
    const code = text.charCodeAt(at) | 32;
    if (code >= 97 && code <= 122) return at;
  }
  return text.length;
}
