/** What a text looks like. `array` and `object` are JSON; a quoted JSON text also counts as `object`. */
export type GuessedType =
  | 'null'
  | 'undefined'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'array'
  | 'object'
  | 'string';

interface Guess {
  readonly value: unknown;
  readonly type: GuessedType;
}

const WORDS: Readonly<Record<string, Guess>> = {
  null: { value: null, type: 'null' },
  undefined: { value: undefined, type: 'undefined' },
  true: { value: true, type: 'boolean' },
  false: { value: false, type: 'boolean' },
};
const LONGEST_WORD = 'undefined'.length;

/**
 * Numbers with group separators: one point or comma as the last separator, the other one anywhere before. Each
 * pattern can match in one way only, so that a long run of digits costs no more than its length.
 */
const GROUPED_NUMBERS = [/^\d*[.,]\d*$/, /^[\d,]*\.\d*$/, /^[\d.]*,\d*$/];

/** How JSON begins that is no number. */
const JSON_START = /^[ \t\n\r]*(?:[[{"]|true|false|null)/;

function guess(text: string): Guess {
  if (text === '') return WORDS.null!;
  if (text.length <= LONGEST_WORD) {
    const word = text.toLowerCase();
    if (Object.hasOwn(WORDS, word)) return WORDS[word]!;
  }
  if (!Number.isNaN(Number(text))) {
    const float = Number.parseFloat(text);
    const integer = parseInteger(text);
    // So 1.0 is an integer; 0x10 is the float 0, and blanks are a float that is not a number.
    return float === integer ? { value: integer, type: 'integer' } : { value: float, type: 'float' };
  }
  // POML takes these for numbers and then cannot convert them: the value is NaN.
  if (GROUPED_NUMBERS.some((pattern) => pattern.test(text))) return { value: Number(text), type: 'float' };
  // An error takes its time, and most texts are words.
  if (!JSON_START.test(text)) return { value: text, type: 'string' };
  try {
    const value: unknown = JSON.parse(text);
    return { value, type: Array.isArray(value) ? 'array' : 'object' };
  } catch {
    return { value: text, type: 'string' };
  }
}

/** The integer at the start of a text as POML reads it: `12 pages` is 12, and 0x10 is 16. */
export function parseInteger(text: string): number {
  // biome-ignore lint/correctness/useParseIntRadix: POML gives no radix, and hexadecimal text shows it
  return Number.parseInt(text);
}

/**
 * The value that a text stands for: a word such as `true`, a number, JSON, or the text itself. As in POML an empty
 * text is `null`, blanks are NaN, and so is a number with separators (`1,299`).
 * @example guessValue('[1, 2]') // [1, 2]
 */
export function guessValue(text: string): unknown {
  return guess(text).value;
}

/** What {@link guessValue} takes a text for. */
export function guessType(text: string): GuessedType {
  return guess(text).type;
}

/**
 * A text read as a given type, or, without a type, as what it looks like. Numbers are read as far as they go
 * (`1,299` is 1 and `true` is NaN).
 * @param type `string`, `integer`, `float`, `boolean`, `array`, `object`, `buffer`, `null` or `undefined`
 * @throws Error for an unknown type, for a boolean that is none of true, false, 1 and 0, and for text that is no JSON
 */
export function parseTyped(text: string, type?: string): unknown {
  switch (type) {
    case undefined:
    case '':
      return guessValue(text);
    case 'string':
      return text;
    case 'buffer':
      return Buffer.from(text);
    case 'integer':
      return parseInteger(text);
    case 'float':
      return Number.parseFloat(text);
    case 'boolean':
      return parseBoolean(text);
    case 'array':
    case 'object':
      return JSON.parse(text);
    case 'null':
      return null;
    case 'undefined':
      return undefined;
    default:
      throw new Error(
        `unknown type ${JSON.stringify(type)}: use string, integer, float, boolean, array, object or buffer`,
      );
  }
}

function parseBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  throw new Error(`${JSON.stringify(shown)} is no boolean: write true, false, 1 or 0`);
}
