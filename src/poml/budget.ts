import { FatalRenderError } from './problems.ts';
import type { Origin } from './source.ts';

/** How many elements and texts the loops, includes and tables of one prompt may make. */
export const MAX_ELEMENTS = 200_000;

/** How deep elements may nest, includes counted in. Below that, the call stack suffices for every component. */
export const MAX_DEPTH = 300;

/** How many characters the values of one prompt may have together. */
export const MAX_CHARACTERS = 64 * 1024 * 1024;

/** How often a character or element may be repeated by a number in an attribute or writer option. */
export const MAX_REPEATS = 10_000;

/** What one render may still make, so that loops in loops end with an error and not with all memory. */
export class Budget {
  private depth = 0;
  private elements = 0;
  private characters = 0;
  private readonly most: number;

  constructor(most: number = MAX_ELEMENTS) {
    this.most = most;
  }

  /**
   * Goes one level down; `leave` goes up again.
   * @throws FatalRenderError when that is too deep
   */
  enter(origin: Origin | undefined): void {
    if (++this.depth > MAX_DEPTH) {
      throw new FatalRenderError(`elements are nested deeper than ${MAX_DEPTH} levels`, origin);
    }
  }

  leave(): void {
    this.depth--;
  }

  /** @throws FatalRenderError when that is too many */
  spendElements(count: number, origin: Origin | undefined): void {
    this.elements += count;
    if (this.elements > this.most) {
      throw new FatalRenderError(
        `this prompt has more than ${this.most} elements: make loops, includes and tables smaller`,
        origin,
      );
    }
  }

  /** @throws FatalRenderError when that is too many */
  spendCharacters(count: number, origin: Origin | undefined): void {
    this.characters += count;
    if (this.characters > MAX_CHARACTERS) {
      throw new FatalRenderError(
        `the values of this prompt have more than ${MAX_CHARACTERS} characters together: shorten them, or show fewer`,
        origin,
      );
    }
  }
}

/** @throws FatalRenderError when a number of repeats would fill the memory */
export function requireRepeats(count: number, what: string, origin: Origin | undefined): void {
  if (count > MAX_REPEATS) throw new FatalRenderError(`${what} is above ${MAX_REPEATS}: lower it`, origin);
}
