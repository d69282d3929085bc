/** A value that a path has named, and what stands in its place everywhere. */
export interface KnownValue {
  value: string;
  placeholder: string;
  /** The path, as it was written. */
  rule: string;
  /** It is in base64: part of a longer one it stands for something else. */
  isBase64?: true;
}

/** A known value in a text. */
export interface KnownMatch {
  start: number;
  end: number;
  known: KnownValue;
}

/** The shortest text that is looked for elsewhere too; a shorter one says nothing by itself. */
const MIN_LENGTH = 3;
const MIN_DIGITS = 5;
const LONG = 12;

/** Whether a value is looked for outside of its own place. */
function isSearched(value: string): boolean {
  return isNumber(value) ? value.replace(/\D/g, '').length >= MIN_DIGITS : value.length >= MIN_LENGTH;
}

/** Whether a value cannot be an ordinary word, nor a name of the language of prompts. */
function isDistinctive(value: string): boolean {
  return value.length >= LONG || (value.length > MIN_LENGTH && /[^A-Za-z_-]/.test(value));
}

function isNumber(value: string): boolean {
  return /^-?[\d.]+$/.test(value);
}

/** Whether a known value that stands at a place counts. */
type Fits = (known: KnownValue, start: number) => boolean;

/** Values by how they begin, so that thousands are looked up at once. */
class ByStart {
  readonly #known = new Map<string, KnownValue>();
  /** By how values begin: how long they are, the longest first. */
  readonly #lengths = new Map<string, number[]>();

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  has(value: string): boolean {
    return this.#known.has(value);
  }

  add(known: KnownValue): void {
    const { value } = known;
    if (this.#known.has(value)) return;
    this.#known.set(value, known);
    const start = value.slice(0, MIN_LENGTH);
    const lengths = this.#lengths.get(start) ?? [];
    if (lengths.includes(value.length)) return;
    this.#lengths.set(
      start,
      [...lengths, value.length].sort((one, other) => other - one),
    );
  }

  /** The longest that begins at a place of a text. */
  at(text: string, at: number, fits: Fits): KnownValue | undefined {
    for (const length of this.#lengths.get(text.slice(at, at + MIN_LENGTH)) ?? []) {
      const known = this.#known.get(text.slice(at, at + length));
      if (known && fits(known, at)) return known;
    }
    return undefined;
  }
}

/** Finds known values wherever they stand, as they are and in the forms that programs give them. */
export class KnownValues {
  readonly #known = new ByStart();
  /** What is in base64 wherever a value is part of the bytes. It cannot be replaced, as its ends hold other bytes too. */
  readonly #encoded = new ByStart();

  add({ value, placeholder, rule }: KnownValue): void {
    if (!isSearched(value) || this.#known.has(value)) return;
    for (const form of formsOf(value)) this.#known.add({ value: form, placeholder, rule });
    if (!isDistinctive(value)) return;
    for (const form of [value.toLowerCase(), value.toUpperCase()])
      this.#known.add({ value: form, placeholder, rule });
    for (const encoding of ['base64', 'base64url'] as const) {
      const of = (text: string) => Buffer.from(text).toString(encoding);
      this.#known.add({ value: of(value), placeholder: of(placeholder), rule, isBase64: true });
      for (const form of withinBase64(value, encoding)) this.#encoded.add({ value: form, placeholder, rule });
    }
  }

  /** The known values in a text, in order, never overlapping. In markup an ordinary word is taken for one of the prompt's own. */
  find(text: string, isMarkup: boolean): KnownMatch[] {
    return search(text, this.#known, ({ value, isBase64 }, start) => {
      if (isBase64)
        return ![text[start - 1], text[start + value.length]].some((next) => /[\w+/=-]/.test(next ?? ''));
      if (isNumber(value))
        return !/[\d.]/.test(text[start - 1] ?? '') && !/\d/.test(text[start + value.length] ?? '');
      if (isDistinctive(value)) return true;
      return !isMarkup && isWordAt(text, start, start + value.length);
    });
  }

  /** Values that still stand in a text; `isWord` for those that are ordinary words, which a prompt may use itself. */
  leftIn(text: string): (KnownMatch & { isWord: boolean })[] {
    const all = () => true;
    return [...search(text, this.#known, all), ...search(text, this.#encoded, all)].map((match) => ({
      ...match,
      isWord: !isDistinctive(match.known.value),
    }));
  }
}

function search(text: string, values: ByStart, fits: Fits): KnownMatch[] {
  const found: KnownMatch[] = [];
  if (values.isEmpty) return found;
  for (let at = 0; at <= text.length - MIN_LENGTH; at++) {
    const known = values.at(text, at, fits);
    if (!known) continue;
    const end = at + known.value.length;
    found.push({ start: at, end, known });
    at = end - 1;
  }
  return found;
}

/** Whether a stretch of text stands by itself, not inside of a longer word. */
function isWordAt(text: string, start: number, end: number): boolean {
  return (
    !/[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^[\p{L}\p{N}_]/u.test(text.slice(end, end + 2))
  );
}

/** As the value stands in JSON written by other programs, and in URLs. */
function formsOf(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Set([value, json, ascii, encodeURIComponent(value.toWellFormed())]);
}

/** So many bytes leave eight characters of base64 that hold nothing else. */
const MIN_ENCODED_BYTES = 8;

/** What a value is in the base64 of bytes that it is a part of: it may begin at any of three places in a group. */
function withinBase64(value: string, encoding: 'base64' | 'base64url'): string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < MIN_ENCODED_BYTES) return [];
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString(encoding)
      .replace(/=+$/, '');
    // The characters at both ends hold bits of what stands beside it.
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((shift * 8) / 6), end);
  });
}
