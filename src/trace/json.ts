import { lineAndColumn } from '../poml/errors.ts';
import { TraceError } from './error.ts';
import { findJsonError } from './json-error.ts';

/**
 * Parses a JSON file of a session. A `__proto__` key becomes an own property, as `JSON.parse` makes it; of
 * duplicate keys the last one counts.
 *
 * @throws TraceError with line, column and byte offset
 */
export function parseTraceJson(text: string, file: string, sessionDir: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidJson(text, file, sessionDir, cause);
  }
}

function invalidJson(text: string, file: string, sessionDir: string, cause: unknown): TraceError {
  const details = { file, sessionDir, cause };
  if (text === '') {
    return new TraceError('is empty', {
      ...details,
      hint: 'The recording was cut off while it was written. Copy it again, or remove the trace.',
    });
  }
  if (text.startsWith('\ufeff')) {
    return new TraceError('is not valid JSON: it starts with a byte order mark (line 1, column 1, byte 0)', {
      ...details,
      hint: 'Save it as UTF-8 without byte order mark.',
    });
  }
  const found = findJsonError(text);
  const { line, column } = lineAndColumn(text, found.offset);
  const bytes = Buffer.byteLength(text.slice(0, found.offset));
  return new TraceError(
    `is not valid JSON: ${found.reason} at line ${line}, column ${column} (byte ${bytes})`,
    {
      ...details,
      hint: 'Mend that place, or copy the file from the recording again.',
    },
  );
}

/** Whether a JSON value is an object, and neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Turns every `{"__base64__": "…"}` in a parsed JSON value into a Buffer, at any depth, as POML does when it
 * reads a context or a stylesheet. An object with an empty string there is left alone. Changes the value.
 */
export function reviveBuffers(value: unknown): unknown {
  const own = asBuffer(value);
  if (own) return own;
  // An own stack: a hostile file may be nested deeper than calls can go.
  const open: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, child] of Object.entries(holder)) {
      const buffer = asBuffer(child);
      // Its own property, be it called `__proto__`: assigning reaches no prototype.
      if (buffer) (holder as Record<string, unknown>)[key] = buffer;
      else if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
  return value;
}

function asBuffer(value: unknown): Buffer | undefined {
  if (!isRecord(value) || !Object.hasOwn(value, '__base64__')) return undefined;
  const base64 = value.__base64__;
  return typeof base64 === 'string' && base64 !== '' ? Buffer.from(base64, 'base64') : undefined;
}
