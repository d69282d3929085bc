import type { Origin } from '../source.ts';
import type { Box } from '../writers/boxes.ts';
import type { TextChild } from './children.ts';

/** What the writers read of an element, all as text, named as POML names its attributes. */
export interface Attributes {
  presentation?: string;
  markupLang?: string;
  serializer?: string;
  writerOptions?: string;
  speaker?: string;
  charLimit?: string;
  tokenLimit?: string;
  priority?: string;
  blankLine?: string;
  listStyle?: string;
  level?: string;
  count?: string;
  inline?: string;
  lang?: string;
  name?: string;
  type?: string;
  data?: string;
  base64?: string;
  alt?: string;
  position?: string;
  id?: string;
  content?: string;
}

/** Text as the writers see it: white space is settled. */
export class TextNode {
  readonly kind = 'text';
  readonly text: string;
  readonly source: TextChild;

  constructor(text: string, source: TextChild) {
    this.text = text;
    this.source = source;
  }
}

/**
 * A seam that POML's intermediate form has between two texts, or around what was read asynchronously. It is
 * nothing in Markdown, an empty element in HTML, and an error in plain text.
 */
export interface SeamNode {
  readonly kind: 'seam';
}

export const SEAM: SeamNode = { kind: 'seam' };

/** What holds nodes: an element, or the place where a whole tree is made. */
export interface NodeParent {
  children: readonly TreeNode[];
}

const NO_NODES: readonly TreeNode[] = [];

/** Nodes without an element around them. */
export class NodeList implements NodeParent {
  children: readonly TreeNode[] = NO_NODES;
}

export class ElementNode implements NodeParent {
  readonly kind = 'element';
  readonly tag: string;
  readonly attributes: Attributes;
  readonly origin: Origin | undefined;
  children: readonly TreeNode[] = NO_NODES;
  /** Whether this very node comes back in other renders, so that writing it once is enough. */
  repeated = false;
  /** What it was written to, where that is enough. */
  written: Box | undefined = undefined;
  /** Where its output stands in the whole, both ends inclusive, for whoever has noted it under this number. */
  start = 0;
  end = 0;
  notedBy = 0;

  constructor(tag: string, attributes: Attributes, origin: Origin | undefined) {
    this.tag = tag;
    this.attributes = attributes;
    this.origin = origin;
  }
}

export type TreeNode = ElementNode | TextNode | SeamNode;

/** Collects the children of one parent, with the seams POML leaves between neighbouring texts. */
export class NodeSink {
  private readonly parent: NodeParent;
  private afterText = false;

  constructor(parent: NodeParent) {
    this.parent = parent;
  }

  text(child: TextChild): void {
    const value = child.value;
    const text = typeof value === 'number' ? String(value) : wellFormed(value);
    if (text === '') return;
    if (this.afterText) this.add(SEAM);
    this.add(new TextNode(text, child));
    this.afterText = true;
  }

  element(node: ElementNode): void {
    this.add(node);
    this.afterText = false;
  }

  seam(): void {
    this.add(SEAM);
    this.afterText = false;
  }

  /** Most elements hold one node, for which a list that grows would take many times its size. */
  private add(node: TreeNode): void {
    const { parent } = this;
    if (parent.children.length === 0) parent.children = [node];
    else (parent.children as TreeNode[]).push(node);
  }
}

/** Lone surrogates do not survive POML's intermediate form, which is UTF-8. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
