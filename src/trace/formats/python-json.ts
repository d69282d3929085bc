import { isRecord } from '../json.ts';

/**
 * The text that Python's `json.dumps` makes of a JSON value: ", " and ": " between parts, everything but printable
 * ASCII escaped, numbers as Python writes them (`1e-07`, `1e-05`).
 *
 * @param value Plain JSON, as `JSON.parse` gives it.
 * @example pythonJson({ city: 'Köln' }) // '{"city": "K\\u00f6ln"}'
 */
export function pythonJson(value: unknown): string {
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => `${pythonString(key)}: ${pythonJson(member)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return String(value);
}

function pythonString(text: string): string {
  // JSON.stringify escapes what JSON must; what is left are characters that JSON allows and ASCII does not have.
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JavaScript turns to exponents below 1e-6, Python below 1e-4, and with two digits at least. Large numbers are spelt alike. */
function pythonNumber(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return small ? value.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(value);
}
