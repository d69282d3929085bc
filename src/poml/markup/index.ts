import { readAny } from './malformed.ts';
import type { MarkupDocument } from './types.ts';
import { readWellFormed } from './well-formed.ts';

export { textOf } from './text.ts';
export type {
  MarkupAttribute,
  MarkupDocument,
  MarkupDropped,
  MarkupElement,
  MarkupNode,
  MarkupProblem,
  MarkupText,
  MarkupWrapper,
} from './types.ts';
export { MAX_DEPTH } from './wrapper.ts';

/**
 * Parses POML markup into a tree of elements and text with the places they have in the source.
 *
 * The tree is the one POML 0.0.9 sees, for malformed documents too: then `problems` is not empty.
 *
 * @param source The text of the file as read, line ends and byte order mark included.
 * @throws RenderError where elements are nested deeper than `MAX_DEPTH` levels; its location has no file.
 * @example parseMarkup('<p>Hello</p>').root?.name // 'p'
 */
export function parseMarkup(source: string): MarkupDocument {
  return readWellFormed(source) ?? readAny(source);
}
