/** Keeps the end of a stream of text, and no more of it. */
export class Tail {
  private text = '';
  private readonly limit: number;

  /** @param limit in UTF-16 units */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(chunk: string): void {
    this.text = (this.text + chunk).slice(-this.limit);
  }

  /** What is kept, since the last call. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text.trim();
  }
}
