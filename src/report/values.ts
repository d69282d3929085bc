import { isMedia, plainText } from '../golden/messages.ts';
import type { MediaPart, Message } from '../poml/types.ts';
import { clip, escapeLine } from './escape.ts';
import { count } from './rows.ts';

/** Text as it is; anything else as JSON, on one line where it fits. */
export function textOf(value: unknown, isContent: boolean): string {
  if (typeof value === 'string' && (isContent || value.includes('\n'))) return value;
  if (isContent && Array.isArray(value))
    return value.map((part) => textOf(isTurn(part) ? messageText(part) : part, true)).join('\n\n');
  if (isMedia(value)) return mediaName(value);
  const line = JSON.stringify(value) ?? 'undefined';
  return line.length <= 100 ? line : JSON.stringify(value, withoutData, 2);
}

/** Whether a value is a message with its speaker. */
export function isTurn(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'speaker' in value && 'content' in value;
}

/** Base64 inside of JSON is told by its size. */
function withoutData(key: string, value: unknown): unknown {
  return (key === 'base64' || key === '__base64__') && typeof value === 'string' && value.length > 100
    ? `(${sizeOf(value)})`
    : value;
}

/** The text of a message, its other parts as they are shown. */
export function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  if (!Array.isArray(message.content)) return textOf(message.content, false);
  return message.content.map((part) => textOf(part, true)).join('\n');
}

/** The beginning of a message, on one line. */
export function firstLine(message: Message): string {
  const text = plainText(message.content);
  return escapeLine(clip(text.trimStart().split('\n', 1)[0] ?? '', 100));
}

/** Names in their order, on one line. */
export function listed(value: unknown): string {
  return escapeLine(clip(Array.isArray(value) ? value.join(', ') : String(value), 400));
}

/** A part on one line: a picture by type and size, anything else by its first line. */
export function shownPart(value: unknown): string {
  if (isMedia(value)) return mediaName(value);
  return escapeLine(clip(textOf(value, true).split('\n', 1)[0] ?? '', 200));
}

/** A picture by type and size: `[image/png, 12.3 kB, alt "a bicycle"]`. */
function mediaName({ type, base64, alt }: MediaPart): string {
  const words = alt === undefined ? '' : `, alt ${JSON.stringify(clip(alt, 80))}`;
  return escapeLine(`[${clip(type, 60)}, ${sizeOf(base64)}${words}]`);
}

function sizeOf(base64: string): string {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
  return bytes < 1000 ? `${count(bytes)} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
}
