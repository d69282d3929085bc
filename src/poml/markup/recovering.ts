import { localName, skipTagBlanks } from './lexical.ts';
import * as reasons from './problems.ts';
import { ASSUMED, TokenCursor } from './token-cursor.ts';
import { Kind, type Token } from './tokens.ts';
import type { MarkupAttribute, MarkupElement, MarkupProblem } from './types.ts';
import { MAX_DEPTH, refuseDepth } from './wrapper.ts';

/** What may stand around the root element. */
const MISC = Kind.comment | Kind.instruction | Kind.blank;
/** What may stand in an element. */
const CONTENT =
  Kind.open | Kind.text | Kind.blank | Kind.reference | Kind.cdata | Kind.instruction | Kind.comment;
/** What may come after an attribute of an element. */
const AFTER_ATTRIBUTE = Kind.name | Kind.close | Kind.selfClose;
const AFTER_XML_ATTRIBUTE = Kind.name | Kind.xmlClose;
const AFTER_XML_DECLARATION = MISC | Kind.doctypeOpen | Kind.open;
const AFTER_DOCTYPE = MISC | Kind.open;

/**
 * Reads tokens into a tree whatever they are, repairing the document the way POML's reader does, as POML
 * renders what is left of a malformed document when it is not strict.
 *
 * The rules of repair are those of chevrotain 7 for that grammar. A token that is missing is assumed where the
 * next one could follow it, else one superfluous token before it is left out. Where neither helps, everything
 * is left out up to the first token that could follow any of the rules under way; the innermost rule it could
 * follow ends there, and the rules inside of that one end as they are.
 *
 * The methods for rules return whether the rule was left in good order. If not, the rule around it has to
 * resume or give up in turn.
 */
export class RecoveringReader extends TokenCursor {
  readonly problems: MarkupProblem[] = [];
  /** The first element that was ended by a closing tag of another name. */
  private misclosed: { element: MarkupElement; closing: ClosingTag } | undefined;
  /** Reads a whole document. @returns Its root element, if there is any trace of one. */
  document(): MarkupElement | undefined {
    if (this.peek() & Kind.xmlOpen && !this.xmlDeclaration()) return undefined;
    this.skipMisc();
    if (this.peek() & Kind.doctypeOpen && !this.doctype()) return undefined;
    this.skipMisc();
    const root = newElement();
    if (this.element(root, MISC, MISC, 1)) {
      this.skipMisc();
      if (!(this.peek() & Kind.endOfFile)) this.complainAboutRest();
    }
    return root.start === -1 ? undefined : root;
  }

  private element(element: MarkupElement, own: number, follow: number, depth: number): boolean {
    return this.elementParts(element, follow, depth) || this.resume(own, follow);
  }

  private elementParts(element: MarkupElement, follow: number, depth: number): boolean {
    const open = this.expect(Kind.open, Kind.name, true, () => this.complainBeforeRoot());
    if (!open) return false;
    const limit = this.excerpt.shift > 0 ? MAX_DEPTH + 1 : MAX_DEPTH;
    if (depth > limit) refuseDepth(this.excerpt.source, this.place(open.start));
    this.grow(element, open);
    element.nameStart = element.nameEnd = this.place(open.end);
    const name = this.expect(Kind.name, AFTER_ATTRIBUTE, false, () =>
      this.complainAboutTag(open, reasons.MISSING_TAG_NAME, open),
    );
    if (!name) return false;
    this.grow(element, name);
    if (name !== ASSUMED) {
      element.name = localName(this.image(name));
      element.nameStart = this.place(name.start);
      element.nameEnd = this.place(name.end);
    }
    while (this.peek() & Kind.name) {
      if (!this.attribute(element, AFTER_ATTRIBUTE, follow | AFTER_ATTRIBUTE)) return false;
    }
    if (this.peek() & Kind.selfClose) {
      this.grow(element, this.take());
      return true;
    }
    if (!(this.peek() & Kind.close)) {
      this.complainAboutTag(open, reasons.unfinishedTag(element.name), this.next());
      return false;
    }
    this.grow(element, this.take());
    return this.content(element, follow | Kind.endOpen, depth) && this.closingTag(element, depth);
  }

  private content(element: MarkupElement, follow: number, depth: number): boolean {
    for (;;) {
      const kind = this.peek();
      if (!(kind & CONTENT)) return true;
      if (kind & Kind.open) {
        const child = newElement();
        const settled = this.element(child, CONTENT, follow | CONTENT, depth + 1);
        element.children.push(child);
        element.end = Math.max(element.end, child.end);
        if (!settled) return this.resume(Kind.endOpen, follow);
      } else {
        const token = this.take();
        this.grow(element, token);
        if (kind & (Kind.text | Kind.blank)) {
          const start = this.place(token.start);
          element.children.push({ kind: 'text', text: this.image(token), start, end: this.place(token.end) });
        }
      }
    }
  }

  private closingTag(element: MarkupElement, depth: number): boolean {
    const open = this.expect(Kind.endOpen, Kind.name, true, () => this.complainAboutEnd(element));
    if (!open) return false;
    this.grow(element, open);
    const complain = (): void =>
      this.complain(
        reasons.unfinishedClosingTag(element.name),
        open === ASSUMED ? this.next() : { start: open.start, end: this.next().start },
      );
    const name = this.expect(Kind.name, Kind.close, true, complain);
    if (!name) return false;
    this.grow(element, name);
    const close = this.expect(Kind.close, depth === 1 ? MISC : CONTENT | Kind.endOpen, true, complain);
    if (!close) return false;
    this.grow(element, close);
    if (open === ASSUMED || name === ASSUMED || close === ASSUMED) return true;
    const closing = { name: this.image(name), start: open.start, end: close.end };
    if (localName(closing.name).toLowerCase() !== element.name.toLowerCase()) {
      this.misclosed ??= { element, closing };
    }
    return true;
  }

  private attribute(element: MarkupElement, own: number, follow: number): boolean {
    const name = this.take();
    this.grow(element, name);
    const nameEnd = this.place(name.end);
    const attribute: MarkupAttribute = {
      name: this.image(name),
      value: null,
      nameStart: this.place(name.start),
      nameEnd,
      valueStart: nameEnd,
      valueEnd: nameEnd,
    };
    element.attributes.push(attribute);
    const equals = this.expect(Kind.equals, Kind.string, false, () =>
      this.complain(reasons.missingEquals(attribute.name), name),
    );
    if (!equals) return this.resume(own, follow);
    this.grow(element, equals);
    const value = this.expect(Kind.string, own, false, () => {
      const start = skipTagBlanks(this.excerpt.text, equals === ASSUMED ? name.end : equals.end);
      this.complain(reasons.missingValue(attribute.name), { start, end: start + 1 });
    });
    if (!value) return this.resume(own, follow);
    this.grow(element, value);
    if (value === ASSUMED) return true;
    attribute.value = this.excerpt.text.slice(value.start + 1, value.end - 1);
    attribute.valueStart = this.place(value.start + 1);
    attribute.valueEnd = this.place(value.end - 1);
    return true;
  }

  private skipMisc(): void {
    while (this.peek() & MISC) this.at++;
  }

  private xmlDeclaration(): boolean {
    const open = this.take();
    const complain = (): void => this.complain(reasons.XML_DECLARATION, open);
    const ignored = newElement();
    const follow = AFTER_XML_DECLARATION | AFTER_XML_ATTRIBUTE;
    for (;;) {
      while (this.peek() & Kind.name) {
        if (!this.attribute(ignored, AFTER_XML_ATTRIBUTE, follow)) {
          return this.resume(AFTER_XML_DECLARATION, AFTER_XML_DECLARATION);
        }
      }
      if ((this.peek() | this.peek(1)) & Kind.xmlClose || this.peek() & AFTER_XML_DECLARATION) break;
      // Neither the end nor anything a small repair helps with: look for the next attribute or the end.
      const found = this.find(follow);
      if (!(this.peek(found - this.at) & AFTER_XML_ATTRIBUTE)) break;
      complain();
      this.at = found;
      if (this.peek() & Kind.xmlClose) break;
    }
    if (this.expect(Kind.xmlClose, AFTER_XML_DECLARATION, true, complain)) return true;
    return this.resume(AFTER_XML_DECLARATION, AFTER_XML_DECLARATION);
  }

  private doctype(): boolean {
    const open = this.take();
    const complain = (): void => this.complain(reasons.DOCTYPE, open);
    const named = this.expect(Kind.name, Kind.name | Kind.close, true, complain);
    const done =
      named &&
      (!(this.peek() & Kind.name) ||
        this.externalId(complain) ||
        this.resume(Kind.close, Kind.close | AFTER_DOCTYPE)) &&
      this.expect(Kind.close, AFTER_DOCTYPE, true, complain);
    return done ? true : this.resume(AFTER_DOCTYPE, AFTER_DOCTYPE);
  }

  private externalId(complain: () => void): boolean {
    const form = this.image(this.take());
    const value = (follow: number) => this.expect(Kind.string, follow, true, complain);
    if (form === 'SYSTEM') return value(Kind.close) !== undefined;
    if (form === 'PUBLIC') return value(Kind.string) !== undefined && value(Kind.close) !== undefined;
    this.at--;
    complain();
    return false;
  }

  /**
   * Takes the next token if it is of this kind, else tries the two small repairs.
   *
   * @param before The kinds before which a missing token is assumed.
   * @param deletable Whether a superfluous token may be left out.
   */
  private expect(kind: number, before: number, deletable: boolean, complain: () => void): Token | undefined {
    if (this.peek() & kind) return this.take();
    complain();
    if (this.peek() & before) return ASSUMED;
    if (deletable && this.peek(1) & kind) {
      this.at++;
      return this.take();
    }
    return undefined;
  }

  private grow(element: MarkupElement, token: Token): void {
    if (token === ASSUMED) return;
    if (element.start === -1) element.start = this.place(token.start);
    element.end = Math.max(element.end, this.place(token.end));
  }

  private complain(reason: string, range: { start: number; end: number }): void {
    this.problems.push({ reason, start: this.place(range.start), end: this.place(range.end) });
  }

  private complainBeforeRoot(): void {
    const next = this.next();
    const isMark = this.peek() & Kind.text && this.excerpt.text.charAt(next.start) === '\uFEFF';
    this.complain(isMark ? reasons.BYTE_ORDER_MARK : reasons.OUTSIDE_ROOT, next);
  }

  private complainAboutEnd(element: MarkupElement): void {
    const next = this.next();
    if (this.peek() & Kind.xmlOpen) this.complain(reasons.XML_DECLARATION, next);
    else if (this.peek() & Kind.doctypeOpen) this.complain(reasons.DOCTYPE, next);
    else {
      const { element: culprit, closing } = this.misclosed ?? { element, closing: undefined };
      const { name, start, nameEnd: end } = culprit;
      const closedBy = closing && !this.isOutside(closing) ? closing.name : undefined;
      // These are offsets of the source already, unlike those of tokens.
      this.problems.push({ reason: reasons.neverClosed(name, closedBy), start, end });
    }
  }

  private complainAboutTag(open: Token, reason: string, range: { start: number; end: number }): void {
    if (reasons.insideExpression(this.excerpt.text, open.start))
      this.complain(reasons.EXPRESSION_LESS_THAN, open);
    else this.complain(reason, range);
  }

  private complainAboutRest(): void {
    const closing = this.misclosed?.closing;
    if (closing && !this.isOutside(closing)) this.complain(reasons.needlessClosingTag(closing.name), closing);
    else if (this.problems.length === 0) this.complain(reasons.OUTSIDE_ROOT, this.next());
  }
}

interface ClosingTag {
  name: string;
  start: number;
  end: number;
}

function newElement(): MarkupElement {
  return {
    kind: 'element',
    name: '',
    attributes: [],
    children: [],
    start: -1,
    end: -1,
    nameStart: -1,
    nameEnd: -1,
  };
}
