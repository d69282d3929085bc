import type { Content, Message, Speaker, ToolRequestPart, ToolResponsePart } from '../../poml/types.ts';
import { isRecord } from '../json.ts';
import { inferChat } from '../result.ts';
import type { RecordedResult } from '../types.ts';
import { FormatError, type FormatName } from './error.ts';
import { type FormatInput, resultOf } from './input.ts';

/** How a result came about. */
export interface FormatOptions {
  /**
   * Whether the call was made with messages (`chat=True`). Left out, the result's shape tells it; only of `[]` it does
   * not, which counts as bare content.
   */
  chat?: boolean;
}

/** A result whose every part is known to be of the type that the Python SDK asks for. */
export interface Frame {
  messages: Message[];
  schema: Record<string, unknown> | undefined;
  tools: Record<string, unknown>[] | undefined;
  runtime: Record<string, unknown> | undefined;
  /** The result that it was made of. */
  result: Record<string, unknown>;
}

const SPEAKERS: readonly string[] = ['human', 'ai', 'system', 'tool'] satisfies Speaker[];
const TOOL_REQUEST: ToolRequestPart['type'] = 'application/vnd.poml.toolrequest';
const TOOL_RESPONSE: ToolResponsePart['type'] = 'application/vnd.poml.toolresponse';

/** Whether a part of a message is a call of a tool. */
export function isToolRequest(part: Content[number]): part is ToolRequestPart {
  return typeof part !== 'string' && part.type === TOOL_REQUEST;
}

/** Whether a part of a message is the answer of a tool. */
export function isToolResponse(part: Content[number]): part is ToolResponsePart {
  return typeof part !== 'string' && part.type === TOOL_RESPONSE;
}

/**
 * Reads a result as the SDK does before it makes any format but the plain ones: bare content becomes one human
 * message, and every part must have its type.
 *
 * @throws FormatError that names the part
 */
export function frameOf(input: FormatInput, format: FormatName, { chat }: FormatOptions = {}): Frame {
  const result = resultOf(input, format);
  const check = new Check(format);
  const { messages } = result;
  const isChat = chat ?? (Array.isArray(messages) && inferChat(messages as RecordedResult['messages']));
  if (isChat) check.messages(messages);
  else check.content(messages, 'messages');
  return {
    messages: isChat ? (messages as Message[]) : [{ speaker: 'human', content: messages as Content }],
    schema: check.optionalObject(result.schema, 'schema'),
    tools: check.tools(result.tools),
    runtime: check.optionalObject(result.runtime, 'runtime'),
    result,
  };
}

/** The types that the SDK asks for, part by part. */
class Check {
  readonly #format: FormatName;

  constructor(format: FormatName) {
    this.#format = format;
  }

  messages(value: unknown): void {
    for (const [index, message] of this.#list(value, 'messages').entries()) {
      const place = `messages[${index}]`;
      const { speaker, content } = this.#object(message, place);
      if (typeof speaker !== 'string' || !SPEAKERS.includes(speaker)) {
        throw this.#error(
          `${place}.speaker`,
          `must be one of ${SPEAKERS.join(', ')}, but is ${shown(speaker)}.`,
        );
      }
      this.content(content, `${place}.content`);
    }
  }

  content(value: unknown, place: string): void {
    if (typeof value === 'string') return;
    for (const [index, part] of this.#list(value, place, 'a string or a list').entries()) {
      this.#part(part, `${place}[${index}]`);
    }
  }

  tools(value: unknown): Record<string, unknown>[] | undefined {
    if (value === undefined || value === null) return undefined;
    return this.#list(value, 'tools').map((tool, index) => this.#object(tool, `tools[${index}]`));
  }

  optionalObject(value: unknown, place: string): Record<string, unknown> | undefined {
    return value === undefined || value === null ? undefined : this.#object(value, place);
  }

  #part(value: unknown, place: string): void {
    if (typeof value === 'string') return;
    const part = this.#object(value, place, 'a string or an object');
    if (part.type === TOOL_REQUEST) this.#strings(part, ['id', 'name'], place);
    else if (part.type === TOOL_RESPONSE) {
      this.#strings(part, ['id', 'name'], place);
      this.#answer(part.content, `${place}.content`);
    } else this.#media(part, place);
  }

  /** What a tool answered is text and media alone. */
  #answer(value: unknown, place: string): void {
    if (typeof value === 'string') return;
    for (const [index, item] of this.#list(value, place, 'a string or a list').entries()) {
      if (typeof item === 'string') continue;
      const part = this.#object(item, `${place}[${index}]`, 'a string or an object');
      if (part.type === TOOL_REQUEST || part.type === TOOL_RESPONSE) {
        const what = part.type === TOOL_REQUEST ? 'tool request' : 'tool response';
        throw this.#error(
          `${place}[${index}]`,
          `is a ${what} inside of a tool response.`,
          'A tool response holds text and media only; put tool requests and responses side by side.',
        );
      }
      this.#media(part, `${place}[${index}]`);
    }
  }

  #media(part: Record<string, unknown>, place: string): void {
    this.#strings(part, ['type', 'base64'], place);
    if (part.alt !== undefined && part.alt !== null) this.#strings(part, ['alt'], place);
  }

  #strings(part: Record<string, unknown>, keys: readonly string[], place: string): void {
    for (const key of keys) {
      if (typeof part[key] !== 'string') {
        throw this.#error(`${place}.${key}`, `must be a string, but is ${shown(part[key])}.`);
      }
    }
  }

  #list(value: unknown, place: string, wanted = 'a list'): unknown[] {
    if (Array.isArray(value)) return value;
    throw this.#error(place, `must be ${wanted}, but is ${shown(value)}.`);
  }

  #object(value: unknown, place: string, wanted = 'an object'): Record<string, unknown> {
    if (isRecord(value)) return value;
    throw this.#error(place, `must be ${wanted}, but is ${shown(value)}.`);
  }

  #error(place: string, reason: string, hint?: string): FormatError {
    return new FormatError(reason, { format: this.#format, place, ...(hint !== undefined && { hint }) });
  }
}

const SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
