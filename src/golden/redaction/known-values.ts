/** A value that a path has named, and what stands in its place everywhere. */
export interface KnownValue {
  value: string;
  placeholder: string;
  /** The path, as it was written. */
  rule: string;
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

/** Finds known values wherever they stand. A session may have thousands: they are looked up by how they begin. */
export class KnownValues {
  readonly #known = new Map<string, KnownValue>();
  /** By how values begin: how long they are, the longest first. */
  readonly #lengths = new Map<string, number[]>();

  add(known: KnownValue): void {
    if (!isSearched(known.value) || this.#known.has(known.value)) return;
    for (const form of formsOf(known.value)) {
      if (this.#known.has(form)) continue;
      this.#known.set(form, { ...known, value: form });
      const start = form.slice(0, MIN_LENGTH);
      const lengths = this.#lengths.get(start) ?? [];
      if (lengths.includes(form.length)) continue;
      this.#lengths.set(
        start,
        [...lengths, form.length].sort((one, other) => other - one),
      );
    }
  }

  /** The known values in a text, in order, never overlapping. In markup an ordinary word is taken for one of the prompt's own. */
  find(text: string, isMarkup: boolean): KnownMatch[] {
    return this.#search(text, (value, start) => {
      if (isNumber(value))
        return !/[\d.]/.test(text[start - 1] ?? '') && !/\d/.test(text[start + value.length] ?? '');
      if (isDistinctive(value)) return true;
      return !isMarkup && isWordAt(text, start, start + value.length);
    });
  }

  /** Values that still stand in a text; `isWord` for those that are ordinary words, which a prompt may use itself. */
  leftIn(text: string): (KnownMatch & { isWord: boolean })[] {
    return this.#search(text, () => true).map((match) => ({
      ...match,
      isWord: !isDistinctive(match.known.value),
    }));
  }

  #search(text: string, fits: (value: string, start: number) => boolean): KnownMatch[] {
    const found: KnownMatch[] = [];
    if (this.#known.size === 0) return found;
    for (let at = 0; at <= text.length - MIN_LENGTH; at++) {
      const known = this.#knownAt(text, at, fits);
      if (!known) continue;
      const end = at + known.value.length;
      found.push({ start: at, end, known });
      at = end - 1;
    }
    return found;
  }

  #knownAt(
    text: string,
    at: number,
    fits: (value: string, start: number) => boolean,
  ): KnownValue | undefined {
    for (const length of this.#lengths.get(text.slice(at, at + MIN_LENGTH)) ?? []) {
      const known = this.#known.get(text.slice(at, at + length));
      if (known && fits(known.value, at)) return known;
    }
    return undefined;
  }
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
