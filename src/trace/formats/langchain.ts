import type { Message, Speaker } from '../../poml/types.ts';
import type { RecordedResult } from '../types.ts';
import { type FormatOptions, frameOf, isToolRequest, isToolResponse } from './frame.ts';
import type { FormatInput } from './input.ts';
import { richText } from './rich-text.ts';

/** Text or media in a message; sounds have the type `image` too. */
export type LangChainContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; source_type: 'base64'; data: string; mime_type: string };

/** A call of a tool by the model. */
export interface LangChainToolCall {
  id: string;
  name: string;
  args: unknown;
}

/** A message as LangChain's `messages_from_dict` takes it. */
export interface LangChainMessage {
  type: Speaker;
  data: {
    content?: string | LangChainContentPart[];
    tool_calls?: LangChainToolCall[];
    /** Of a tool's answer, as `name` is. */
    tool_call_id?: string;
    name?: string;
  };
}

/** Messages for LangChain; schema, tools and runtime as in `.result.json`. */
export interface LangChainPrompt extends Omit<RecordedResult, 'messages'> {
  messages: LangChainMessage[];
}

/**
 * What the Python SDK returns for `format="langchain"`. Messages without content are left out; pictures in the answers
 * of tools become text.
 *
 * @throws FormatError for a result with a part of a wrong type
 */
export function toLangChain(result: FormatInput, options?: FormatOptions): LangChainPrompt {
  const frame = frameOf(result, 'langchain', options);
  const { messages: _, ...others } = frame.result;
  return { messages: frame.messages.flatMap(langChainMessages), ...others };
}

function langChainMessages({ speaker, content }: Message): LangChainMessage[] {
  if (typeof content === 'string') return [{ type: speaker, data: { content } }];
  const answers: LangChainMessage[] = [];
  const parts: LangChainContentPart[] = [];
  const calls: LangChainToolCall[] = [];
  for (const part of content) {
    if (typeof part === 'string') parts.push({ type: 'text', text: part });
    else if (isToolRequest(part)) calls.push({ id: part.id, name: part.name, args: part.content ?? null });
    else if (isToolResponse(part)) {
      const { id, name } = part;
      answers.push({ type: 'tool', data: { content: richText(part.content), tool_call_id: id, name } });
    } else parts.push({ type: 'image', source_type: 'base64', data: part.base64, mime_type: part.type });
  }
  if (parts.length === 0 && calls.length === 0) return answers;
  const [first] = parts;
  const data: LangChainMessage['data'] = {
    ...(first && { content: parts.length === 1 && first.type === 'text' ? first.text : parts }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  // Whatever tools answered in a message comes before what was said in it.
  return [...answers, { type: speaker, data }];
}
