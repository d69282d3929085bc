import type * as Acorn from 'acorn';

/** Thrown where something is met that is left to acorn. */
export const GIVE_UP = Symbol('give up');

/** Words that are no plain name everywhere, or not in every kind of code. */
export const NO_NAMES = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'let static yield await async'
  ).split(' '),
);

export const NAME = /[A-Za-z_$][\w$]*/y;
const NUMBER = /(?:0|[1-9]\d*)(?:\.\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Operators between two values, the longest first where one begins another. */
const BINARY: readonly (readonly [operator: string, precedence: number])[] = [
  ['===', 6],
  ['!==', 6],
  ['==', 6],
  ['!=', 6],
  ['<=', 7],
  ['>=', 7],
  ['&&', 2],
  ['||', 1],
  ['<', 7],
  ['>', 7],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
];

/** The characters that operators start with. */
const STARTS = '=!<>&|+-*/%';

/** What makes another operator, or a comment, of the one before it. */
const CONTINUES = '=+-*/<>&|?!.';

/** Walks over the tokens of an expression. */
export class QuickTokens {
  protected readonly source: string;
  protected at: number;
  /** Where the last token ended. */
  protected lastEnd: number;

  constructor(source: string, from: number) {
    this.source = source;
    this.at = from;
    this.lastEnd = from;
  }

  /** The next character that is not blank; empty at the end. */
  protected peek(): string {
    const { source } = this;
    let { at } = this;
    let code = source.charCodeAt(at);
    while (code === 32 || code === 10 || code === 9 || code === 13) code = source.charCodeAt(++at);
    this.at = at;
    if (code > 127) throw GIVE_UP;
    return at < source.length ? source[at]! : '';
  }

  protected take(length: number): void {
    this.at += length;
    this.lastEnd = this.at;
  }

  protected expect(character: string): void {
    if (this.peek() !== character) throw GIVE_UP;
    this.take(1);
  }

  /** The operator between two values that comes next, with its precedence. */
  protected operator(): (typeof BINARY)[number] | undefined {
    const next = this.peek();
    if (next === '' || !STARTS.includes(next)) return undefined;
    return BINARY.find(([operator]) => this.source.startsWith(operator, this.at));
  }

  protected takeOperator(operator: string): void {
    this.take(operator.length);
    if (CONTINUES.includes(this.source[this.at] ?? ' ')) throw GIVE_UP;
  }

  /** A token by its sticky pattern. */
  protected match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.source)?.[0];
    if (token === undefined) throw GIVE_UP;
    this.take(token.length);
    // A letter beyond ASCII, or an escape, would belong to it.
    if (this.source.charCodeAt(this.at) > 127 || this.source[this.at] === '\\') throw GIVE_UP;
    return token;
  }

  protected number(): Acorn.Literal {
    const { at: start } = this;
    const raw = this.match(NUMBER);
    if (/[\w$.]/.test(this.source[this.at] ?? '')) throw GIVE_UP;
    return { type: 'Literal', start, end: this.lastEnd, value: Number(raw), raw };
  }

  protected string(quote: string): Acorn.Literal {
    const { at: start, source } = this;
    let value = '';
    let at = start + 1;
    for (; source[at] !== quote; at++) {
      const character = source[at];
      if (character === '\\') {
        const escaped = ESCAPES[source[++at] ?? ''];
        if (escaped === undefined) throw GIVE_UP;
        value += escaped;
      } else if (character === undefined || /[\n\r\u2028\u2029]/.test(character)) throw GIVE_UP;
      else value += character;
    }
    this.take(at + 1 - start);
    return { type: 'Literal', start, end: this.lastEnd, value, raw: source.slice(start, this.at) };
  }
}
