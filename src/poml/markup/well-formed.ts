import {
  cutsExpression,
  isTagBlank,
  localName,
  matchEnd,
  nameEnd,
  PROCESSING_INSTRUCTION,
  REFERENCE,
  skipTagBlanks,
  skipTextBlanks,
  UNUSUAL_LINE_END,
  XML_DECLARATION_OPEN,
} from './lexical.ts';
import { NextIndex } from './next-index.ts';
import type { MarkupAttribute, MarkupDocument, MarkupDropped, MarkupElement, MarkupNode } from './types.ts';
import { MAX_DEPTH, refuseDepth, wrapperElement } from './wrapper.ts';

const EXCLAMATION_MARK = 33;
const QUOTE = 34;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const SLASH = 47;
const LESS_THAN = 60;
const EQUALS = 61;
const GREATER_THAN = 62;
const QUESTION_MARK = 63;

/**
 * Reads a well-formed document in one pass. At the first thing that is malformed, or too unusual to be sure, the whole
 * attempt is given up: the reader that recovers from everything takes over, and gives the same for what both can read.
 *
 * @returns The document, or `undefined` where it was given up.
 * @throws RenderError where elements are nested deeper than `MAX_DEPTH`.
 */
export function readWellFormed(source: string): MarkupDocument | undefined {
  const reader = new Reader(source);
  return reader.read() ? reader.document() : undefined;
}

/**
 * How far POML's reader gets in search of the first element. Blanks, comments and processing instructions
 * may come first. It then leaves out one thing it does not expect, if the element follows at once;
 * otherwise it is `lost` and takes the file for plain text, elements or not.
 */
type Search = 'searching' | 'one-stranger' | 'found' | 'lost';

/** Each method for a part starts at `at`, moves on behind the part, and returns whether it was understood. */
class Reader {
  private readonly source: string;
  private readonly top: MarkupNode[] = [];
  private search: Search = 'searching';
  /** Whether there is more than comments and blanks beside the first element. */
  private crowded = false;
  private readonly dropped: MarkupDropped[] = [];
  private readonly open: MarkupElement[] = [];
  /** The children of the innermost open element. */
  private children: MarkupNode[] = this.top;
  /** Where what was understood so far ends. */
  private at = 0;
  private readonly lessThan: NextIndex;
  private readonly ampersand: NextIndex;

  constructor(source: string) {
    this.source = source;
    this.lessThan = new NextIndex(source, '<');
    this.ampersand = new NextIndex(source, '&');
  }

  /** Whether the source was understood. */
  read(): boolean {
    const { source } = this;
    while (this.at < source.length) {
      if (!(source.charCodeAt(this.at) === LESS_THAN ? this.markup() : this.text())) return false;
    }
    return this.open.length === 0;
  }

  document(): MarkupDocument {
    const { source, dropped, top } = this;
    const done = { problems: [], dropped, source };
    const root = top.find((node): node is MarkupElement => node.kind === 'element');
    if (root && !this.crowded) return { root, wrapper: 'none', ...done };
    const wrapping = this.search === 'found' ? 'markdown' : 'text';
    return { root: wrapperElement(wrapping, top, source.length), wrapper: wrapping, ...done };
  }

  private markup(): boolean {
    switch (this.source.charCodeAt(this.at + 1)) {
      case SLASH:
        return this.closingTag();
      case EXCLAMATION_MARK:
        return this.comment() || this.cdata();
      case QUESTION_MARK:
        return this.instruction();
      default:
        return this.openingTag();
    }
  }

  private openingTag(): boolean {
    const { source } = this;
    const start = this.at;
    const end = nameEnd(source, start + 1);
    if (end === -1) return false;
    const element: MarkupElement = {
      kind: 'element',
      name: localName(source.slice(start + 1, end)),
      attributes: [],
      children: [],
      start,
      end,
      nameStart: start + 1,
      nameEnd: end,
    };
    if (this.open.length === 0) this.atTop('element');
    else if (this.open.length >= MAX_DEPTH) refuseDepth(source, start);
    this.children.push(element);
    for (let at = end; ; ) {
      let code = source.charCodeAt(at);
      if (isTagBlank(code)) {
        at = skipTagBlanks(source, at + 1);
        code = source.charCodeAt(at);
      }
      if (code === GREATER_THAN) {
        this.at = at + 1;
        this.open.push(element);
        this.children = element.children;
        return true;
      }
      if (code === SLASH) {
        if (source.charCodeAt(at + 1) !== GREATER_THAN) return false;
        this.at = at + 2;
        element.end = this.at;
        return true;
      }
      const attribute = this.attribute(at);
      if (attribute === undefined) return false;
      element.attributes.push(attribute);
      at = attribute.valueEnd + 1;
    }
  }

  private attribute(nameStart: number): MarkupAttribute | undefined {
    const { source } = this;
    const end = nameEnd(source, nameStart);
    if (end === -1) return undefined;
    const equals = skipTagBlanks(source, end);
    if (source.charCodeAt(equals) !== EQUALS) return undefined;
    const open = skipTagBlanks(source, equals + 1);
    const quote = source.charCodeAt(open);
    if (quote !== QUOTE && quote !== APOSTROPHE) return undefined;
    const valueStart = open + 1;
    const valueEnd = source.indexOf(quote === QUOTE ? '"' : "'", valueStart);
    if (valueEnd === -1 || this.lessThan.from(valueStart) < valueEnd) return undefined;
    return {
      name: source.slice(nameStart, end),
      value: source.slice(valueStart, valueEnd),
      nameStart,
      nameEnd: end,
      valueStart,
      valueEnd,
    };
  }

  private closingTag(): boolean {
    const { source, open } = this;
    const element = open.pop();
    const end = nameEnd(source, skipTagBlanks(source, this.at + 2));
    if (element === undefined || end === -1) return false;
    const close = skipTagBlanks(source, end);
    if (source.charCodeAt(close) !== GREATER_THAN) return false;
    // The name is not compared with that of the opening tag: POML does not do so.
    this.at = close + 1;
    element.end = this.at;
    this.children = open.length > 0 ? open[open.length - 1]!.children : this.top;
    return true;
  }

  private text(): boolean {
    const { source, children } = this;
    const end = Math.min(this.lessThan.from(this.at), source.length);
    let { at } = this;
    while (at < end) {
      const blanks = skipTextBlanks(source, at);
      if (blanks > at) {
        children.push({ kind: 'text', text: source.slice(at, blanks), start: at, end: blanks });
        if (this.open.length === 0) this.atTop('blank');
        at = blanks;
      } else if (source.charCodeAt(at) === AMPERSAND) {
        const after = matchEnd(REFERENCE, source, at);
        if (after === -1) return false;
        this.drop('entity', at, after);
        if (this.open.length === 0) this.atTop('stranger');
        at = after;
      } else {
        const stop = Math.min(this.ampersand.from(at), end);
        const text = source.slice(at, stop);
        // Blank for the question of wrapping, yet an error of syntax: a no-break space, a byte order mark.
        if (this.open.length === 0 && text.trim() === '') return false;
        children.push({ kind: 'text', text, start: at, end: stop });
        if (this.open.length === 0) this.atTop('stranger');
        at = stop;
      }
    }
    this.at = end;
    return true;
  }

  private comment(): boolean {
    const { source, at } = this;
    const end = this.endOf('<!--', '-->');
    if (end === -1) return false;
    this.at = end;
    const before = this.children[this.children.length - 1];
    if (before?.kind === 'text' && before.end === at && cutsExpression(before.text, source, end)) {
      this.drop('comment-in-expression', at, end);
    }
    if (this.open.length === 0) this.atTop('blank');
    return true;
  }

  private cdata(): boolean {
    const end = this.endOf('<![CDATA[', ']]>');
    if (end === -1) return false;
    this.drop('cdata', this.at, end);
    this.at = end;
    if (this.open.length === 0) this.atTop('stranger');
    return true;
  }

  /** Where something that starts here ends; -1 where it does not start here, has no end or an unusual line end in it. */
  private endOf(open: string, close: string): number {
    const { source, at } = this;
    if (!source.startsWith(open, at)) return -1;
    const start = at + open.length;
    const end = source.indexOf(close, start);
    return end === -1 || UNUSUAL_LINE_END.test(source.slice(start, end)) ? -1 : end + close.length;
  }

  private instruction(): boolean {
    const { source, at } = this;
    const end = matchEnd(PROCESSING_INSTRUCTION, source, at);
    if (end === -1 || matchEnd(XML_DECLARATION_OPEN, source, at) !== -1) return false;
    this.drop('processing-instruction', at, end);
    this.at = end;
    if (this.open.length === 0) {
      this.crowded = true;
      this.atTop('blank');
    }
    return true;
  }

  private drop(kind: MarkupDropped['kind'], start: number, end: number): void {
    this.dropped.push({ kind, start, end });
  }

  /** Takes note of one thing outside of every element. */
  private atTop(what: 'blank' | 'stranger' | 'element'): void {
    if (what === 'stranger' || (what === 'element' && this.search === 'found')) this.crowded = true;
    if (this.search === 'searching') {
      if (what !== 'blank') this.search = what === 'element' ? 'found' : 'one-stranger';
    } else if (this.search === 'one-stranger') this.search = what === 'element' ? 'found' : 'lost';
  }
}
