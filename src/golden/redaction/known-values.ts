/** A value that a path has named, and what stands in its place everywhere. */
export interface KnownValue {
  value: string;
  placeholder: string;
  /** The path, as it was written. */
  rule: string;
}

/** The shortest text that is looked for elsewhere too; a shorter one says nothing by itself. */
const MIN_LENGTH = 3;
const MIN_DIGITS = 5;
const LONG = 12;

/** Whether a value is looked for outside of its own place. */
export function isSearched(value: string): boolean {
  return /^-?[\d.]+$/.test(value)
    ? value.replace(/\D/g, '').length >= MIN_DIGITS
    : value.length >= MIN_LENGTH;
}

/** Whether a value cannot be an ordinary word, nor a name of the language of prompts. */
function isDistinctive(value: string): boolean {
  return value.length >= LONG || (value.length > MIN_LENGTH && /[^A-Za-z_-]/.test(value));
}

/** Replaces known values wherever they stand. */
export class KnownValues {
  readonly #known = new Map<string, KnownValue>();
  #everywhere: RegExp | undefined;
  #inMarkup: RegExp | undefined;

  add(known: KnownValue): void {
    if (!isSearched(known.value) || this.#known.has(known.value)) return;
    for (const form of formsOf(known.value)) this.#known.set(form, { ...known, value: form });
    this.#everywhere = undefined;
    this.#inMarkup = undefined;
  }

  /** The known values in a text, in order, never overlapping. In markup an ordinary word is taken for one of the prompt's own. */
  find(text: string, isMarkup: boolean): { start: number; end: number; known: KnownValue }[] {
    if (this.#known.size === 0) return [];
    return Array.from(text.matchAll(this.#pattern(isMarkup)), ({ 0: match, index }) => ({
      start: index,
      end: index + match.length,
      known: this.#known.get(match)!,
    }));
  }

  /** Values that still stand in a text; `isWord` for those that are ordinary words, which a prompt may use itself. */
  leftIn(text: string): (KnownValue & { isWord: boolean })[] {
    return [...this.#known.values()]
      .filter(({ value }) => text.includes(value))
      .map((known) => ({ ...known, isWord: !isDistinctive(known.value) }));
  }

  #pattern(isMarkup: boolean): RegExp {
    if (isMarkup) this.#inMarkup ??= patternOf([...this.#known.keys()].filter(isDistinctive));
    else this.#everywhere ??= patternOf([...this.#known.keys()]);
    return (isMarkup ? this.#inMarkup : this.#everywhere)!;
  }
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

function patternOf(values: readonly string[]): RegExp {
  const longestFirst = [...values].sort((one, other) => other.length - one.length);
  const parts = longestFirst.map((value) => {
    const literal = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (/^-?[\d.]+$/.test(value)) return `(?<![\\d.])${literal}(?!\\d)`;
    return isDistinctive(value) ? literal : `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`;
  });
  return new RegExp(parts.length === 0 ? '(?!)' : parts.join('|'), 'gu');
}
