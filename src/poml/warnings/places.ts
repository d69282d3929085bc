import type { Origin } from '../source.ts';
import type { TextSource } from '../template/text.ts';
import type { TextChild } from '../tree/children.ts';
import type { ElementNode, TextNode, TreeNode } from '../tree/nodes.ts';

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
  if (Array.isArray(source)) for (const part of source as readonly TextChild[]) yield* sourcesOf(part);
  else yield source as TextSource;
}

/** The opening tag of an element, for messages that are about the element and not about its content. */
export function tagPlace(origin: Origin): Origin {
  const name = /^<[^\s/>]*/.exec(origin.file.text.slice(origin.start, origin.start + 200));
  return name ? { ...origin, end: origin.start + name[0].length } : origin;
}

/** The place of an attribute of the element at `origin`, or else that of its opening tag. */
export function attributePlace(origin: Origin, property: string): Origin {
  const pattern = property.replace(/[^\w]/g, '\\$&').replace(/(?=[A-Z])/g, '-?');
  const found = new RegExp(`\\s(${pattern})\\s*=\\s*("[^"]*"|'[^']*')`, 'i').exec(
    origin.file.text.slice(origin.start, origin.end),
  );
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

/** All nodes below, parents first, with their parents. */
export function* walk(
  node: TreeNode,
  parents: readonly ElementNode[] = [],
): Generator<{ node: ElementNode | TextNode; parents: readonly ElementNode[] }> {
  if (node.kind === 'seam') return;
  yield { node, parents };
  if (node.kind !== 'element') return;
  const below = [...parents, node];
  for (const child of node.children) yield* walk(child, below);
}
