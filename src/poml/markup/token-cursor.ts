import { Kind, type Token } from './tokens.ts';

/** Where the text of the tokens stands in the original source: POML may have written a tag around it. */
export interface Excerpt {
  /** The text that the tokens refer to. */
  text: string;
  /** The original source. */
  source: string;
  /** Offset of the source in the text. */
  shift: number;
}

/** Stands for a token that is missing but was taken as given. */
export const ASSUMED: Token = { kind: 0, start: -1, end: -1 };

/** A place in a list of tokens, and the ways to move on. */
export class TokenCursor {
  protected readonly excerpt: Excerpt;
  protected readonly tokens: readonly Token[];
  protected at = 0;
  /** No rule under way can resume before the end of the file. */
  private exhausted = false;

  constructor(excerpt: Excerpt, tokens: readonly Token[]) {
    this.excerpt = excerpt;
    this.tokens = tokens;
  }

  /**
   * The large repair: finds the first token that could follow any rule under way.
   *
   * @param own What could follow the rule that failed.
   * @param follow What could follow it or any rule around it.
   * @returns Whether it follows the rule that failed; only then are the tokens before it left out.
   */
  protected resume(own: number, follow: number): boolean {
    if (this.exhausted) return false;
    const found = this.find(follow);
    const kind = this.peek(found - this.at);
    if (kind & own) {
      this.at = found;
      return true;
    }
    this.exhausted = (kind & Kind.endOfFile) !== 0;
    return false;
  }

  /** Index of the next token of one of the kinds, or the number of tokens. */
  protected find(kinds: number): number {
    let index = this.at;
    while (index < this.tokens.length && !(this.tokens[index]!.kind & kinds)) index++;
    return index;
  }

  protected peek(ahead = 0): number {
    return this.tokens[this.at + ahead]?.kind ?? Kind.endOfFile;
  }

  protected next(): { start: number; end: number } {
    const { length } = this.excerpt.text;
    return this.tokens[this.at] ?? { start: length, end: length };
  }

  protected take(): Token {
    return this.tokens[this.at++]!;
  }

  protected image(token: Token): string {
    return this.excerpt.text.slice(token.start, token.end);
  }

  /** An offset of the text as an offset of the source. */
  protected place(offset: number): number {
    return Math.max(0, Math.min(offset - this.excerpt.shift, this.excerpt.source.length));
  }

  protected isOutside(token: { start: number }): boolean {
    const { shift, source } = this.excerpt;
    return token.start < shift || token.start >= shift + source.length;
  }
}
