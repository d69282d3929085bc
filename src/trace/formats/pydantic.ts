import type { Content, Speaker, ToolRequestPart } from '../../poml/types.ts';
import { type FormatOptions, frameOf, isToolRequest, isToolResponse } from './frame.ts';
import type { FormatInput } from './input.ts';

/** A picture or a sound; `alt` is null where there is none. */
export interface PydanticMedia {
  type: string;
  base64: string;
  alt: string | null;
}

/** What a tool answered. */
export interface PydanticToolResponse {
  type: 'application/vnd.poml.toolresponse';
  id: string;
  name: string;
  content: string | (string | PydanticMedia)[];
}

export type PydanticContent = string | (string | PydanticMedia | ToolRequestPart | PydanticToolResponse)[];

/** The SDK's `PomlFrame` as JSON: what a prompt does not have is null. */
export interface PydanticFrame {
  messages: { speaker: Speaker; content: PydanticContent }[];
  /** The schema of the answer, under the name that the SDK gives it. */
  output_schema: Record<string, unknown> | null;
  tools: Record<string, unknown>[] | null;
  runtime: Record<string, unknown> | null;
}

/**
 * What the Python SDK returns for `format="pydantic"`, as `frame.model_dump()` gives it.
 *
 * @throws FormatError for a result with a part of a wrong type
 */
export function toPydanticDict(result: FormatInput, options?: FormatOptions): PydanticFrame {
  const { messages, schema, tools, runtime } = frameOf(result, 'pydantic', options);
  return {
    messages: messages.map(({ speaker, content }) => ({ speaker, content: pydanticContent(content) })),
    output_schema: schema ?? null,
    tools: tools ?? null,
    runtime: runtime ?? null,
  };
}

function pydanticContent(content: Content): PydanticContent {
  return typeof content === 'string' ? content : content.map(pydanticPart);
}

function pydanticPart(part: Content[number]): PydanticContent[number] {
  if (typeof part === 'string') return part;
  if (isToolRequest(part)) {
    return { type: part.type, id: part.id, name: part.name, content: part.content ?? null };
  }
  if (!isToolResponse(part)) return { type: part.type, base64: part.base64, alt: part.alt ?? null };
  // Tool requests and responses in here were refused before.
  const content = pydanticContent(part.content) as PydanticToolResponse['content'];
  return { type: part.type, id: part.id, name: part.name, content };
}
