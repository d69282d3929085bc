import { lineAndColumn, RenderError } from '../errors.ts';
import type { MarkupAttribute, MarkupElement, MarkupNode } from './types.ts';

/** How deep elements may be nested, the wrapper not counted. More is refused, as rendering descends into the tree. */
export const MAX_DEPTH = 1000;

/** The opening tags POML writes around a file that is not one element. */
const WRAPPER_ATTRIBUTES = {
  text: [
    ['syntax', 'text'],
    ['whiteSpace', 'pre'],
  ],
  markdown: [['syntax', 'markdown']],
} as const;

export type Wrapping = keyof typeof WRAPPER_ATTRIBUTES;

/** The element POML puts around a file. It spans the whole source; its name and attributes have no place in it. */
export function wrapperElement(wrapping: Wrapping, children: MarkupNode[], length: number): MarkupElement {
  const attributes: MarkupAttribute[] = WRAPPER_ATTRIBUTES[wrapping].map(([name, value]) => ({
    name,
    value,
    nameStart: 0,
    nameEnd: 0,
    valueStart: 0,
    valueEnd: 0,
  }));
  return {
    kind: 'element',
    name: 'poml',
    attributes,
    children,
    start: 0,
    end: length,
    nameStart: 0,
    nameEnd: 0,
  };
}

/** The opening tag of the wrapper as text. */
export function wrapperTag(wrapping: Wrapping): string {
  const attributes = WRAPPER_ATTRIBUTES[wrapping].map(([name, value]) => ` ${name}="${value}"`);
  return `<poml${attributes.join('')}>`;
}

/** The closing tag of the wrapper as text. */
export const WRAPPER_END = '</poml>';

/** @throws RenderError always. */
export function refuseDepth(source: string, offset: number): never {
  throw new RenderError(
    `Elements are nested deeper than ${MAX_DEPTH} levels. Check for tags that are never closed, or flatten the prompt.`,
    {
      file: undefined,
      ...lineAndColumn(source, offset),
      offset,
      endOffset: Math.min(offset + 1, source.length),
    },
    source,
  );
}
