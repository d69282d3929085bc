import { hashOf } from './hash.ts';

/**
 * What POML treats differently in a text: white space is folded or kept, marks are escaped or fenced, texts that look
 * like numbers or JSON are converted.
 */
const TEXT_TRAITS: readonly (readonly [name: string, test: RegExp])[] = [
  ['outer blank', /^\s|\s$/],
  ['line break', /[\n\r]/],
  ['blank line', /\n[ \t\r]*\n/],
  ['blanks', /[ \t]{2}|\t/],
  ['markup', /[<>&]/],
  ['quote', /["']/],
  ['backtick', /`/],
  ['pipe', /\|/],
  ['emphasis', /[*_~#]/],
  ['separator', /[,;]/],
  ['brace', /[{}]/],
  ['number', /^\s*-?(?:\d+(?:\.\d+)?|\.\d+)\s*$/],
  ['json', /^\s*(?:[[{]|true\s*$|false\s*$|null\s*$)/],
  ['not ASCII', /[^\0-\x7f]/],
];

/**
 * Which kinds a value belongs to: values of the same kinds are likely to be rendered the same way.
 *
 * @example traitsOf('a\nb') // ['text', 'line break']
 */
export function traitsOf(value: unknown): string[] {
  switch (typeof value) {
    case 'string':
      if (value === '') return ['empty text'];
      return ['text', ...TEXT_TRAITS.flatMap(([name, test]) => (test.test(value) ? [name] : []))];
    case 'number':
      return [numberTrait(value)];
    case 'object':
      if (value === null) return ['null'];
      if (Array.isArray(value))
        return [value.length === 0 ? 'no items' : value.length === 1 ? 'one item' : 'items'];
      return [sizeOf(value) === 0 ? 'empty object' : 'object'];
    case 'boolean':
      return [String(value)];
    default:
      return [typeof value];
  }
}

function numberTrait(value: number): string {
  if (!Number.isFinite(value)) return 'no number';
  if (value === 0) return 'zero';
  if (value < 0) return 'negative';
  return Number.isInteger(value) ? 'whole' : 'fraction';
}

/** How long a text or list is, or how many properties an object has; `undefined` for other values. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value !== null && typeof value === 'object' ? Object.keys(value).length : undefined;
}

/** Longer texts are told apart by their hash. */
const MAX_KEPT = 40;

/** A simple value as a text that tells it from others; `undefined` for lists, objects and functions. */
export function identityOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return value.length > MAX_KEPT ? hashOf(value) : `"${value}`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
