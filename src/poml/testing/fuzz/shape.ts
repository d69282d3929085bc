import type { RenderedPrompt } from '../../types.ts';

const SPEAKERS: readonly unknown[] = ['system', 'human', 'ai', 'tool'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function partFault(part: unknown): string | undefined {
  if (typeof part === 'string') return undefined;
  if (!isRecord(part) || typeof part.type !== 'string') return `a part is ${JSON.stringify(part)}`;
  if (part.type === 'application/vnd.poml.toolresponse') return contentFault(part.content);
  if (part.type === 'application/vnd.poml.toolrequest') {
    return typeof part.id === 'string' && typeof part.name === 'string'
      ? undefined
      : 'a tool request has no name';
  }
  return typeof part.base64 === 'string' ? undefined : `a part of type ${part.type} has no data`;
}

function contentFault(content: unknown): string | undefined {
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return `content is ${JSON.stringify(content)}`;
  for (const part of content) {
    const found = partFault(part);
    if (found) return found;
  }
  return undefined;
}

/** What is wrong with the shape of a result, or `undefined`. */
export function resultFault(prompt: RenderedPrompt, chat: boolean): string | undefined {
  const { messages } = prompt;
  if (chat) {
    if (!Array.isArray(messages)) return 'messages is no list';
    for (const message of messages) {
      if (!isRecord(message) || !SPEAKERS.includes(message.speaker)) {
        return `a message is ${JSON.stringify(message)}`;
      }
      const found = contentFault(message.content);
      if (found) return found;
    }
  } else {
    const found = contentFault(messages);
    if (found) return found;
  }
  const stored = JSON.stringify(prompt);
  if (JSON.stringify(JSON.parse(stored)) !== stored)
    return 'the JSON changes when it is read and written again';
  if (JSON.stringify(prompt.toJSON()) !== stored) return 'toJSON gives another value each time';
  if (typeof String(prompt) !== 'string') return 'the text is none';
  return undefined;
}
