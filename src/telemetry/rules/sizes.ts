import type { AttributeValue } from '../span.ts';

/** Most characters of an attribute's value. */
export const MAX_VALUE = 64 * 1024;
/** Most characters of what went into a call and came out; AgentOps' own SDK drops what is longer. */
export const MAX_CONTENT = 999_999;
/** Most attributes of a span, as in OpenTelemetry's SDKs. */
export const MAX_ATTRIBUTES = 128;
const MAX_ITEMS = 128;
const MAX_ITEM = 1024;

/** The attributes that hold what went into a call and came out, and its prompt. */
const CONTENT =
  /^(?:agentops\.\w+\.(?:input|output)|(?:input|output)\.value|mlflow\.span(?:Inputs|Outputs)|poml\.source)$/;

/**
 * A value cut to what is sensible to send.
 *
 * @returns The value, and how many characters it had when it was cut.
 */
export function bounded(key: string, value: AttributeValue): { value: AttributeValue; cut?: number } {
  if (typeof value === 'string') {
    const most = CONTENT.test(key) ? MAX_CONTENT : MAX_VALUE;
    if (value.length <= most) return { value };
    return { value: cutText(value, most), cut: value.length };
  }
  if (!isList(value)) return { value };
  const items = value.slice(0, MAX_ITEMS).map((item) => cutText(item, MAX_ITEM));
  const length = value.reduce((sum, item) => sum + item.length, 0);
  const whole = items.length === value.length && items.every((item, i) => item === value[i]);
  return whole ? { value } : { value: items, cut: length };
}

function isList(value: AttributeValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Cuts a text and says so in it. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const note = `… [cut: ${text.length} characters]`;
  const end = most - note.length;
  const half = /[\ud800-\udbff]/.test(text[end - 1] ?? '');
  return text.slice(0, half ? end - 1 : end) + note;
}
