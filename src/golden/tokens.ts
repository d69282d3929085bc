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
