import { QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import {
  cutsExpression,
  isName,
  localName,
  matchEnd,
  PROCESSING_INSTRUCTION,
  REFERENCE,
  skipTagBlanks,
  skipTextBlanks,
  UNUSUAL_LINE_END,
  XML_DECLARATION_OPEN,
} from './lexical.ts';
import { NextIndex } from './next-index.ts';
import type { MarkupDocument, MarkupDropped, MarkupElement, MarkupNode } from './types.ts';
import { MAX_DEPTH, refuseDepth, wrapperElement } from './wrapper.ts';

const SLASH = 47;
const LESS_THAN = 60;
const EQUALS = 61;
const GREATER_THAN = 62;
const AMPERSAND = 38;

/**
 * Reads a well-formed document in one pass over htmlparser2's tokenizer.
 *
 * The tokenizer is more forgiving than POML's reader, so every event is checked against the source; at the
 * first one that POML might see differently the whole attempt is given up.
 *
 * @returns The document, or `undefined` where it is malformed or too unusual to be sure.
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

class Reader implements TokenizerCallbacks {
  private failed = false;
  private readonly tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, this);
  private readonly source: string;
  private readonly top: MarkupNode[] = [];
  private search: Search = 'searching';
  /** Whether there is more than comments and blanks beside the first element. */
  private crowded = false;
  private readonly dropped: MarkupDropped[] = [];
  private readonly open: MarkupElement[] = [];
  /** The children of the innermost open element. */
  private children: MarkupNode[] = this.top;
  /** The element whose opening tag was read last, and whether that tag is still unfinished. */
  private element: MarkupElement | undefined;
  private insideTag = false;
  /** Where what was understood so far ends; the next event has to start right there. */
  private at = 0;
  private attributeStart = 0;
  private attributeEnd = 0;
  private valueStart = 0;
  private valueEnd = 0;
  private readonly lessThan: NextIndex;
  private readonly ampersand: NextIndex;

  constructor(source: string) {
    this.source = source;
    this.lessThan = new NextIndex(source, '<');
    this.ampersand = new NextIndex(source, '&');
  }

  /** Whether the source was understood. */
  read(): boolean {
    this.tokenizer.write(this.source);
    this.tokenizer.end();
    return !this.failed;
  }

  document(): MarkupDocument {
    const { source, dropped, top } = this;
    const done = { problems: [], dropped, source };
    const root = top.find((node): node is MarkupElement => node.kind === 'element');
    if (root && !this.crowded) return { root, wrapper: 'none', ...done };
    const wrapping = this.search === 'found' ? 'markdown' : 'text';
    return { root: wrapperElement(wrapping, top, source.length), wrapper: wrapping, ...done };
  }

  onopentagname(start: number, end: number): void {
    const { source } = this;
    if (start - 1 !== this.at || !isName(source, start, end)) {
      this.giveUp();
      return;
    }
    const element: MarkupElement = {
      kind: 'element',
      name: localName(source.slice(start, end)),
      attributes: [],
      children: [],
      start: start - 1,
      end,
      nameStart: start,
      nameEnd: end,
    };
    if (this.open.length === 0) this.atTop('element');
    else if (this.open.length >= MAX_DEPTH) refuseDepth(source, element.start);
    this.children.push(element);
    this.element = element;
    this.insideTag = true;
    this.at = end;
  }

  onattribname(start: number, end: number): void {
    const { source } = this;
    if (skipTagBlanks(source, this.at) !== start || !isName(source, start, end)) {
      this.giveUp();
      return;
    }
    this.attributeStart = start;
    this.attributeEnd = end;
    this.at = end;
  }

  onattribdata(start: number, end: number): void {
    this.valueStart = start;
    this.valueEnd = end;
  }

  onattribend(quote: QuoteType, end: number): void {
    const { source, attributeStart, attributeEnd, valueStart, valueEnd } = this;
    if (quote !== QuoteType.Double && quote !== QuoteType.Single) {
      this.giveUp();
      return;
    }
    if (source.charCodeAt(attributeEnd) !== EQUALS || valueStart !== attributeEnd + 2) {
      const equals = skipTagBlanks(source, attributeEnd);
      if (source.charCodeAt(equals) !== EQUALS || skipTagBlanks(source, equals + 1) !== valueStart - 1) {
        this.giveUp();
        return;
      }
    }
    if (this.lessThan.from(valueStart) < valueEnd) {
      this.giveUp();
      return;
    }
    this.element!.attributes.push({
      name: source.slice(attributeStart, attributeEnd),
      value: source.slice(valueStart, valueEnd),
      nameStart: attributeStart,
      nameEnd: attributeEnd,
      valueStart,
      valueEnd,
    });
    this.at = end;
  }

  onopentagend(end: number): void {
    if (skipTagBlanks(this.source, this.at) !== end) {
      this.giveUp();
      return;
    }
    const element = this.element!;
    this.insideTag = false;
    this.open.push(element);
    this.children = element.children;
    this.at = end + 1;
  }

  onselfclosingtag(end: number): void {
    const slash = skipTagBlanks(this.source, this.at);
    if (slash !== end - 1 || this.source.charCodeAt(slash) !== SLASH) {
      this.giveUp();
      return;
    }
    this.insideTag = false;
    this.at = end + 1;
    this.element!.end = this.at;
  }

  onclosetag(start: number, end: number): void {
    const { source, open } = this;
    const close = skipTagBlanks(source, end);
    if (
      open.length === 0 ||
      skipTagBlanks(source, this.at + 2) !== start ||
      !isName(source, start, end) ||
      source.charCodeAt(close) !== GREATER_THAN
    ) {
      this.giveUp();
      return;
    }
    // The name is not compared with that of the opening tag: POML does not do so.
    this.at = close + 1;
    open.pop()!.end = this.at;
    this.children = open.length > 0 ? open[open.length - 1]!.children : this.top;
  }

  ontext(start: number, end: number): void {
    const { source, children } = this;
    if (start !== this.at || source.charCodeAt(start) === LESS_THAN) {
      this.giveUp();
      return;
    }
    let at = start;
    while (at < end) {
      const blanks = skipTextBlanks(source, at);
      if (blanks > at) {
        children.push({ kind: 'text', text: source.slice(at, blanks), start: at, end: blanks });
        if (this.open.length === 0) this.atTop('blank');
        at = blanks;
      } else if (source.charCodeAt(at) === AMPERSAND) {
        const after = matchEnd(REFERENCE, source, at);
        if (after === -1) {
          this.giveUp();
          return;
        }
        this.drop('entity', at, after);
        if (this.open.length === 0) this.atTop('stranger');
        at = after;
      } else {
        const stop = Math.min(this.ampersand.from(at), end);
        const text = source.slice(at, stop);
        // Blank for the question of wrapping, yet an error of syntax: a no-break space, a byte order mark.
        if (this.open.length === 0 && text.trim() === '') {
          this.giveUp();
          return;
        }
        children.push({ kind: 'text', text, start: at, end: stop });
        if (this.open.length === 0) this.atTop('stranger');
        at = stop;
      }
    }
    this.at = end;
  }

  oncomment(start: number, end: number, endOffset: number): void {
    const { source, at } = this;
    // An end offset of 3 is `--!>`, of 0 the end of the file.
    if (start - 4 !== at || endOffset !== 2 || UNUSUAL_LINE_END.test(source.slice(start, end))) {
      this.giveUp();
      return;
    }
    this.at = end + 1;
    const before = this.children[this.children.length - 1];
    if (before?.kind === 'text' && before.end === at && cutsExpression(before.text, source, this.at)) {
      this.drop('comment-in-expression', at, this.at);
    }
    if (this.open.length === 0) this.atTop('blank');
  }

  oncdata(start: number, end: number, endOffset: number): void {
    if (start - 9 !== this.at || endOffset !== 2 || UNUSUAL_LINE_END.test(this.source.slice(start, end))) {
      this.giveUp();
      return;
    }
    this.drop('cdata', this.at, end + 1);
    this.at = end + 1;
    if (this.open.length === 0) this.atTop('stranger');
  }

  onprocessinginstruction(start: number, end: number): void {
    const { source, at } = this;
    if (
      start - 2 !== at ||
      matchEnd(XML_DECLARATION_OPEN, source, at) !== -1 ||
      matchEnd(PROCESSING_INSTRUCTION, source, at) !== end + 2
    ) {
      this.giveUp();
      return;
    }
    this.at = end + 2;
    this.drop('processing-instruction', at, this.at);
    if (this.open.length === 0) {
      this.crowded = true;
      this.atTop('blank');
    }
  }

  ondeclaration(): void {
    this.giveUp();
  }

  onend(): void {
    if (this.at !== this.source.length || this.insideTag || this.open.length > 0) this.failed = true;
  }

  // Never called without decoding of entities.
  onattribentity(): void {}
  ontextentity(): void {}

  private giveUp(): void {
    this.failed = true;
    // No event fits after this, so that those already on their way are refused as well.
    this.at = -1;
    this.tokenizer.pause();
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
