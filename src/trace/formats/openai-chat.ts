import type { Message, Speaker, ToolRequestPart } from '../../poml/types.ts';
import { FormatError } from './error.ts';
import { type FormatOptions, frameOf, isToolRequest, isToolResponse } from './frame.ts';
import type { FormatInput } from './input.ts';
import { pythonJson } from './python-json.ts';
import { richText } from './rich-text.ts';
import { snakeCase } from './snake-case.ts';

/** Text or a picture in a message; POML puts sounds here too, as `data:audio/…`. */
export type OpenAIContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } };

/** A call of a tool by the model. */
export interface OpenAIToolCall {
  id: string;
  type: 'function';
  /** `arguments` is JSON as Python writes it; text stays as it is. */
  function: { name: string; arguments: string };
}

/** A message of OpenAI's chat completions. */
export interface OpenAIMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content?: string | OpenAIContentPart[];
  tool_calls?: OpenAIToolCall[];
  tool_call_id?: string;
}

/** A tool that the model may call. */
export interface OpenAITool {
  type: 'function';
  function: { name: unknown; description: unknown; parameters: unknown };
}

/** The shape that the model's answer must have. */
export interface OpenAIResponseFormat {
  type: 'json_schema';
  json_schema: { name: 'schema'; schema: Record<string, unknown>; strict: true };
}

/** The arguments of a call of OpenAI's chat completions. */
export interface OpenAIChat {
  messages: OpenAIMessage[];
  tools?: OpenAITool[];
  response_format?: OpenAIResponseFormat;
  /** The prompt's runtime, e.g. `temperature` or `max_output_tokens`; one may replace a key above. */
  [runtime: string]: unknown;
}

const ROLES: Record<Speaker, OpenAIMessage['role']> = {
  human: 'user',
  ai: 'assistant',
  system: 'system',
  tool: 'tool',
};

/**
 * What the Python SDK returns for `format="openai_chat"`: the arguments of a chat completion. Messages without content
 * are left out, pictures in the answers of tools become text, and runtime keys go to the top in snake case.
 *
 * @throws FormatError for a tool request that is not the model's, a tool response that is not a tool's, and a result
 * with a part of a wrong type
 * @example
 * const prompt = await render(markup, { context });
 * await client.chat.completions.create({ model: 'gpt-5', ...toOpenAIChat(prompt) });
 */
export function toOpenAIChat(result: FormatInput, options?: FormatOptions): OpenAIChat {
  const { messages, schema, tools, runtime } = frameOf(result, 'openai_chat', options);
  const parts: [string, unknown][] = [['messages', messages.flatMap(openAIMessages)]];
  if (tools && tools.length > 0) parts.push(['tools', tools.map(openAITool)]);
  if (schema && Object.keys(schema).length > 0) {
    const format: OpenAIResponseFormat = {
      type: 'json_schema',
      json_schema: { name: 'schema', schema, strict: true },
    };
    parts.push(['response_format', format]);
  }
  for (const [key, value] of Object.entries(runtime ?? {})) parts.push([snakeCase(key), value]);
  return Object.fromEntries(parts) as OpenAIChat;
}

function openAITool(tool: Record<string, unknown>): OpenAITool {
  const { name = '', description = '', parameters = {} } = tool;
  return { type: 'function', function: { name, description, parameters } };
}

function openAIMessages(message: Message, index: number): OpenAIMessage[] {
  const { speaker, content } = message;
  if (typeof content === 'string') return [{ role: ROLES[speaker], content }];
  return speaker === 'tool' ? answers(content) : spoken(speaker, content, `messages[${index}].content`);
}

/** Beside the answers themselves a tool has nothing to say: text in between is dropped. */
function answers(content: Exclude<Message['content'], string>): OpenAIMessage[] {
  return content
    .filter(isToolResponse)
    .map((part) => ({ role: 'tool', content: richText(part.content), tool_call_id: part.id }));
}

function spoken(
  speaker: Exclude<Speaker, 'tool'>,
  content: Exclude<Message['content'], string>,
  place: string,
): OpenAIMessage[] {
  const parts: OpenAIContentPart[] = [];
  const calls: OpenAIToolCall[] = [];
  for (const [index, part] of content.entries()) {
    if (typeof part === 'string') parts.push({ type: 'text', text: part });
    else if (isToolRequest(part)) {
      if (speaker !== 'ai') throw misplaced('request', speaker, `${place}[${index}]`);
      calls.push(toolCall(part));
    } else if (isToolResponse(part)) throw misplaced('response', speaker, `${place}[${index}]`);
    else parts.push({ type: 'image_url', image_url: { url: `data:${part.type};base64,${part.base64}` } });
  }
  if (parts.length === 0 && calls.length === 0) return [];
  const [first] = parts;
  return [
    {
      role: ROLES[speaker],
      ...(first && { content: parts.length === 1 && first.type === 'text' ? first.text : parts }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  ];
}

function toolCall({ id, name, content }: ToolRequestPart): OpenAIToolCall {
  const text = typeof content === 'string' ? content : pythonJson(content ?? null);
  return { id, type: 'function', function: { name, arguments: text } };
}

function misplaced(what: 'request' | 'response', speaker: Speaker, place: string): FormatError {
  const owner = what === 'request' ? 'ai' : 'tool';
  return new FormatError(
    `is a tool ${what} in a message of the speaker "${speaker}"; OpenAI takes it from "${owner}" only.`,
    {
      format: 'openai_chat',
      place,
      hint: `Leave out the speaker of that <tool-${what}>, and do not render with chat: false: "${owner}" is its own.`,
    },
  );
}
