/**
 * Finds the next occurrence of something at or after a place that never moves backwards.
 * Each stretch of the text is searched once, however often is asked: hostile input stays linear.
 */
export class NextIndex {
  private readonly text: string;
  private readonly wanted: string | RegExp;
  private found = -1;

  /** @param wanted A string, or a pattern with the `g` flag. */
  constructor(text: string, wanted: string | RegExp) {
    this.text = text;
    this.wanted = wanted;
  }

  /** The offset of the next occurrence, infinite where there is none. */
  from(at: number): number {
    if (this.found < at) {
      const found = this.search(at);
      this.found = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.found;
  }

  private search(at: number): number {
    if (typeof this.wanted === 'string') return this.text.indexOf(this.wanted, at);
    this.wanted.lastIndex = at;
    return this.wanted.exec(this.text)?.index ?? -1;
  }
}
