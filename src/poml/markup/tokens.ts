import { matchEnd, NAME, REFERENCE, skipTextBlanks, XML_DECLARATION_OPEN } from './lexical.ts';
import { NextIndex } from './next-index.ts';

/** The kinds of tokens, one bit each, so that a set of kinds is a number. */
export const Kind = {
  endOfFile: 1 << 0,
  comment: 1 << 1,
  cdata: 1 << 2,
  /** `<!DOCTYPE` */
  doctypeOpen: 1 << 3,
  reference: 1 << 4,
  /** Blanks at the start of text. */
  blank: 1 << 5,
  /** `<?xml` and a blank */
  xmlOpen: 1 << 6,
  /** `</` */
  endOpen: 1 << 7,
  instruction: 1 << 8,
  /** `<` */
  open: 1 << 9,
  text: 1 << 10,
  /** `>` */
  close: 1 << 11,
  /** `?>` */
  xmlClose: 1 << 12,
  /** `/>` */
  selfClose: 1 << 13,
  slash: 1 << 14,
  equals: 1 << 15,
  /** An attribute value with its quotes. */
  string: 1 << 16,
  name: 1 << 17,
  /** Blanks inside a tag and `<!...>` declarations: recognised, then left out. */
  skipped: 1 << 18,
} as const;

export interface Token {
  kind: number;
  start: number;
  end: number;
}

export interface Tokens {
  tokens: Token[];
  /** Characters that are no token, where they stand and whether inside of a tag. */
  strays: { start: number; end: number; insideTag: boolean }[];
  /** `<!...>` declarations other than a doctype, which are no tokens either. */
  declarations: { start: number; end: number }[];
}

/**
 * Splits any text into tokens. Characters that fit nowhere are left out one by one until a token fits again.
 *
 * There are two sets of rules, one for text and one for what stands between `<` and `>`; unlike in XML, a `<`
 * inside of a tag does not start over with the second set.
 */
export function tokenize(source: string): Tokens {
  const result: Tokens = { tokens: [], strays: [], declarations: [] };
  const scanner = new Scanner(source);
  let insideTag = false;
  let strayFrom = -1;
  let at = 0;
  while (at < source.length) {
    if (insideTag) scanner.inTag(at);
    else scanner.inText(at);
    const { kind, end } = scanner;
    if (kind === 0) {
      if (strayFrom === -1) strayFrom = at;
      at++;
      continue;
    }
    if (strayFrom !== -1) {
      result.strays.push({ start: strayFrom, end: at, insideTag });
      strayFrom = -1;
    }
    if (kind !== Kind.skipped) result.tokens.push({ kind, start: at, end });
    else if (!insideTag) result.declarations.push({ start: at, end });
    if (!insideTag) insideTag = (kind & OPENS_TAG) !== 0;
    else if (kind & CLOSES_TAG) insideTag = false;
    at = end;
  }
  if (strayFrom !== -1) result.strays.push({ start: strayFrom, end: at, insideTag });
  return result;
}

const OPENS_TAG = Kind.open | Kind.endOpen | Kind.xmlOpen | Kind.doctypeOpen;
const CLOSES_TAG = Kind.close | Kind.selfClose | Kind.xmlClose;

class Scanner {
  /** Kind of the token found last, 0 for none. */
  kind = 0;
  /** Where it ends. */
  end = 0;

  private readonly source: string;
  private readonly next: Record<
    'lessThan' | 'ampersand' | 'greaterThan' | 'quote' | 'apostrophe' | 'lineEnd' | 'oddLineEnd',
    NextIndex
  >;
  private readonly commentEnd: NextIndex;
  private readonly cdataEnd: NextIndex;
  private readonly instructionEnd: NextIndex;

  constructor(source: string) {
    this.source = source;
    this.next = {
      lessThan: new NextIndex(source, '<'),
      ampersand: new NextIndex(source, '&'),
      greaterThan: new NextIndex(source, '>'),
      quote: new NextIndex(source, '"'),
      apostrophe: new NextIndex(source, "'"),
      lineEnd: new NextIndex(source, /[\n\r\u2028\u2029]/g),
      oddLineEnd: new NextIndex(source, /\r(?!\n)|[\u2028\u2029]/g),
    };
    this.commentEnd = new NextIndex(source, '-->');
    this.cdataEnd = new NextIndex(source, ']]>');
    this.instructionEnd = new NextIndex(source, '?>');
  }

  /** Looks for a token outside of tags. */
  inText(at: number): void {
    const { source, next } = this;
    switch (source[at]) {
      case '<':
        this.markup(at);
        return;
      case '&': {
        const end = matchEnd(REFERENCE, source, at);
        this.is(end === -1 ? 0 : Kind.reference, end);
        return;
      }
      default: {
        const blanks = skipTextBlanks(source, at);
        if (blanks > at) this.is(Kind.blank, blanks);
        else this.is(Kind.text, Math.min(next.lessThan.from(at), next.ampersand.from(at), source.length));
      }
    }
  }

  /** Looks for a token between `<` and `>`. */
  inTag(at: number): void {
    const { source, next } = this;
    switch (source[at]) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        this.is(Kind.skipped, at + 1);
        return;
      case '<':
        if (this.comment(at)) return;
        if (source[at + 1] === '/') this.is(Kind.endOpen, at + 2);
        else this.is(Kind.open, at + 1);
        return;
      case '>':
        this.is(Kind.close, at + 1);
        return;
      case '?':
        this.is(source[at + 1] === '>' ? Kind.xmlClose : 0, at + 2);
        return;
      case '/':
        if (source[at + 1] === '>') this.is(Kind.selfClose, at + 2);
        else this.is(Kind.slash, at + 1);
        return;
      case '=':
        this.is(Kind.equals, at + 1);
        return;
      case '"':
      case "'": {
        const end = (source[at] === '"' ? next.quote : next.apostrophe).from(at + 1);
        const closed = end < source.length && end < next.lessThan.from(at + 1);
        this.is(closed ? Kind.string : 0, end + 1);
        return;
      }
      default: {
        const end = matchEnd(NAME, source, at);
        this.is(end === -1 ? 0 : Kind.name, end);
      }
    }
  }

  private markup(at: number): void {
    const { source, next } = this;
    if (source[at + 1] === '!') {
      if (this.comment(at) || this.cdata(at)) return;
      if (source.startsWith('<!DOCTYPE', at)) {
        this.is(Kind.doctypeOpen, at + '<!DOCTYPE'.length);
        return;
      }
      const end = next.greaterThan.from(at + 2);
      if (end < next.lineEnd.from(at + 2)) {
        this.is(Kind.skipped, end + 1);
        return;
      }
    } else if (source[at + 1] === '?') {
      const end = matchEnd(XML_DECLARATION_OPEN, source, at);
      if (end !== -1) {
        this.is(Kind.xmlOpen, end);
        return;
      }
      if (this.instruction(at)) return;
    } else if (source[at + 1] === '/') {
      this.is(Kind.endOpen, at + 2);
      return;
    }
    this.is(Kind.open, at + 1);
  }

  private comment(at: number): boolean {
    return this.source.startsWith('<!--', at) && this.upTo(this.commentEnd, at + 4, Kind.comment);
  }

  private cdata(at: number): boolean {
    return this.source.startsWith('<![CDATA[', at) && this.upTo(this.cdataEnd, at + 9, Kind.cdata);
  }

  /** A token whose end mark has three characters, with only usual line ends before it. */
  private upTo(endMark: NextIndex, from: number, kind: number): boolean {
    const end = endMark.from(from);
    if (end >= this.source.length || this.next.oddLineEnd.from(from) < end) return false;
    this.is(kind, end + 3);
    return true;
  }

  /** Reaches to the last `?>` of the line, and never over the end of the line. */
  private instruction(at: number): boolean {
    const { source, next } = this;
    const nameEnd = matchEnd(NAME, source, at + 2);
    if (nameEnd === -1) return false;
    const lineEnd = Math.min(next.lineEnd.from(nameEnd), source.length);
    if (this.instructionEnd.from(nameEnd) >= lineEnd) return false;
    this.is(Kind.instruction, source.lastIndexOf('?>', lineEnd - 2) + 2);
    return true;
  }

  private is(kind: number, end: number): void {
    this.kind = kind;
    this.end = end;
  }
}
