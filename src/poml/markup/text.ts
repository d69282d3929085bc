import type { MarkupElement } from './types.ts';

/** The text directly in an element, its pieces joined by a space. */
export function textOf(element: MarkupElement): string {
  return element.children
    .filter((child) => child.kind === 'text')
    .map((child) => child.text)
    .join(' ');
}
