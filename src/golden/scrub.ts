import { IdentityNumbers } from './identity-numbers.ts';

/** What a scrubber replaces: every match, or in it the first group where the expression has one. */
export interface Scrubber {
  /** What stands in place of a match, e.g. `uuid` for `{uuid_1}`. */
  name: string;
  pattern: RegExp;
}

/** A stretch of a text and what replaces it. */
export interface Replacement {
  /** Offsets in the original text. */
  start: number;
  end: number;
  /** What stands there now. */
  text: string;
}

/** A text after scrubbing. */
export interface Scrubbed {
  text: string;
  /** In order, never overlapping. */
  replacements: readonly Replacement[];
}

/**
 * Replaces what differs from run to run. One instance goes through all texts of a result: values are numbered by
 * identity in order of appearance, so the same value gets the same number, and equality survives.
 *
 * All scrubbers look at the original text. Where matches overlap, the one that begins first wins, then the longer,
 * then the earlier scrubber; what is replaced is not looked at again.
 *
 * @example
 * new Scrubbing([{ name: 'id', pattern: /#\w+/ }]).scrub('#a and #b and #a').text // '{id_1} and {id_2} and {id_1}'
 */
export class Scrubbing {
  readonly #scrubbers: readonly { name: string; pattern: RegExp }[];
  readonly #numbers = new IdentityNumbers();

  constructor(scrubbers: readonly Scrubber[]) {
    this.#scrubbers = scrubbers.map(({ name, pattern }) => ({
      name,
      pattern: new RegExp(
        pattern.source,
        [...new Set([...pattern.flags.replace('y', ''), 'g', 'd'])].join(''),
      ),
    }));
  }

  scrub(text: string): Scrubbed {
    const matches = this.#matches(text);
    if (matches.length === 0) return { text, replacements: [] };
    const replacements: Replacement[] = [];
    let scrubbed = '';
    let at = 0;
    for (const { start, end, name } of matches) {
      if (start < at) continue;
      const replaced = `{${name}_${this.#numbers.numberOf(name, text.slice(start, end))}}`;
      scrubbed += text.slice(at, start) + replaced;
      replacements.push({ start, end, text: replaced });
      at = end;
    }
    return { text: scrubbed + text.slice(at), replacements };
  }

  /** How many different values each scrubber has replaced so far. */
  counts(): ReadonlyMap<string, number> {
    return this.#numbers.counts();
  }

  #matches(text: string): { start: number; end: number; name: string }[] {
    const found = this.#scrubbers.flatMap(({ name, pattern }) =>
      Array.from(text.matchAll(pattern), (match) => {
        const [start, end] = match.indices?.[1] ?? match.indices![0]!;
        return { start, end, name };
      }),
    );
    // The sort is stable: of equal matches the earlier scrubber's stays first.
    return found
      .filter(({ start, end }) => end > start)
      .sort((one, other) => one.start - other.start || other.end - one.end);
  }
}

/** The offset in the original text that an offset in the scrubbed one stands for; in a replacement its beginning. */
export function originalOffset(offset: number, replacements: readonly Replacement[]): number {
  let shift = 0;
  for (const { start, end, text } of replacements) {
    const from = start + shift;
    if (offset < from) break;
    if (offset < from + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}
