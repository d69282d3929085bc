import type { Origin } from '../source.ts';
import type { TextSource } from '../template/text.ts';
import { TextChild } from '../tree/children.ts';
import type { ElementNode, TextNode } from '../tree/nodes.ts';

/** Where an element stands. A fence has no place of its own; it gets that of what is in it. */
export function originOf(node: ElementNode): Origin | undefined {
  if (node.origin) return node.origin;
  for (const child of node.children) {
    const origin = child.kind === 'element' ? originOf(child) : undefined;
    if (origin) return origin;
  }
  return undefined;
}

/** Where a text begins. */
export function originOfText(child: TextChild): Origin | undefined {
  for (const source of sourcesOf(child)) {
    const segment = source.segments[0];
    if (segment) return { file: source.file, start: segment.start, end: segment.end };
  }
  return undefined;
}

export function originOfNode(node: ElementNode | TextNode): Origin | undefined {
  return node.kind === 'text' ? originOfText(node.source) : originOf(node);
}

/** The stretches of source a text was joined from. */
export function* sourcesOf(child: TextChild): Generator<TextSource> {
  const { source } = child;
  if (source === undefined) return;
  if ('segments' in source) yield source;
  else for (const part of source instanceof TextChild ? [source] : source) yield* sourcesOf(part);
}

/** The opening tag of an element, for messages that are about the element and not about its content. */
export function tagPlace(origin: Origin): Origin {
  const name = /^<[^\s/>]*/.exec(origin.file.text.slice(origin.start, origin.start + 200));
  return name ? { ...origin, end: origin.start + name[0].length } : origin;
}

const OPENING_TAG = /<[^\s/>]*(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*/y;

/** The place of an attribute of the element at `origin`, or else that of its opening tag. */
export function attributePlace(origin: Origin, property: string): Origin {
  OPENING_TAG.lastIndex = origin.start;
  const tag = OPENING_TAG.exec(origin.file.text)?.[0] ?? '';
  const pattern = property.replace(/[^\w]/g, '\\$&').replace(/(?=[A-Z])/g, '-?');
  const found = new RegExp(`\\s(${pattern})\\s*=\\s*("[^"]*"|'[^']*')`, 'i').exec(tag);
  if (found === null) return tagPlace(origin);
  const start = origin.start + found.index + 1;
  return { file: origin.file, start, end: start + found[0].length - 1 };
}

/** What is written of an attribute of the element at `origin`: `undefined` when it comes from elsewhere. */
export function isWritten(origin: Origin, property: string): boolean {
  return attributePlace(origin, property).start !== origin.start;
}

/** The name of the element at a place, as written. */
export function nameAt(origin: Origin | undefined): string {
  const name = origin && /^<([^\s/>]+)/.exec(origin.file.text.slice(origin.start, origin.start + 100));
  return name ? `<${name[1]}>` : 'this element';
}

/** A node on the way through the tree. */
export interface Step {
  readonly node: ElementNode | TextNode;
  /** The step to the element that encloses it. */
  readonly parent: Step | undefined;
  /** The innermost environment: the element itself, or one that encloses it. */
  readonly environment: ElementNode | undefined;
}

/** An element and all nodes below it, parents first. */
export function walk(root: ElementNode): Step[] {
  const steps: Step[] = [];
  // An explicit stack: elements may be nested deeply.
  const stack: Step[] = [
    { node: root, parent: undefined, environment: isEnvironment(root) ? root : undefined },
  ];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    steps.push(step);
    const { node } = step;
    if (node.kind !== 'element') continue;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index]!;
      if (child.kind === 'seam') continue;
      const environment = child.kind === 'element' && isEnvironment(child) ? child : step.environment;
      stack.push({ node: child, parent: step, environment });
    }
  }
  return steps;
}

function isEnvironment({ tag }: ElementNode): boolean {
  return tag === 'env';
}

/** Where the element stands that encloses a node and was written by the author. */
export function originAround(step: Step): Origin | undefined {
  for (let at = step.parent; at !== undefined; at = at.parent) {
    if (at.node.kind === 'element' && at.node.origin) return at.node.origin;
  }
  return undefined;
}
