import { inspect } from 'node:util';

const LONGEST = 80;

/** A value that an option was given, in one short line for an error. Whatever it is, this does not throw. */
export function shownValue(value: unknown): string {
  const text = oneLine(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function oneLine(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  if (typeof value === 'function') return 'a function';
  if (Object.prototype.toString.call(value) === '[object RegExp]') return String(value);
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return json;
  } catch {
    // A number too large for JSON, or an object in itself.
  }
  return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, compact: true });
}
