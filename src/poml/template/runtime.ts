import { requireSmall } from '../json.ts';

const NUMBER = /^-?\d*\.?\d+$/;

/** A runtime value from its text: booleans, plain numbers and JSON lists and objects are converted. */
export function runtimeValue(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (NUMBER.test(text)) return Number.parseFloat(text);
  const isJson = (text.startsWith('[') && text.endsWith(']')) || (text.startsWith('{') && text.endsWith('}'));
  if (!isJson) return text;
  try {
    const value: unknown = JSON.parse(text);
    requireSmall(value);
    return value;
  } catch {
    return text;
  }
}
