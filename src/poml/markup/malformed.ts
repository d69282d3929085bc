import { cutsExpression } from './lexical.ts';
import { NO_ROOT, strayReason } from './problems.ts';
import { RecoveringReader } from './recovering.ts';
import type { Excerpt } from './token-cursor.ts';
import { Kind, type Token, type Tokens, tokenize } from './tokens.ts';
import type { MarkupDocument, MarkupDropped, MarkupElement, MarkupProblem, MarkupWrapper } from './types.ts';
import { WRAPPER_END, type Wrapping, wrapperTag } from './wrapper.ts';

/** More problems than a reader of messages can use; each may become an error with lines of the source. */
const MAX_PROBLEMS = 100;

/**
 * Reads any document, well-formed or not, into the tree that POML makes of it.
 *
 * @throws RenderError where elements are nested deeper than `MAX_DEPTH`.
 */
export function readAny(source: string): MarkupDocument {
  const bare: Excerpt = { text: source, source, shift: 0 };
  const split = tokenize(source);
  const reader = new RecoveringReader(bare, split.tokens);
  const root = reader.document();
  const wrapping = wrappingFor(root, split.tokens, source);
  if (wrapping === 'none') return assemble(bare, split, reader, root, 'none');
  const tag = wrapperTag(wrapping);
  const wrapped: Excerpt = { text: tag + source + WRAPPER_END, source, shift: tag.length };
  const wrappedSplit = tokenize(wrapped.text);
  const wrappedReader = new RecoveringReader(wrapped, wrappedSplit.tokens);
  const wrapper = wrappedReader.document();
  if (wrapper) Object.assign(wrapper, { start: 0, end: source.length });
  return assemble(wrapped, wrappedSplit, wrappedReader, wrapper, wrapping);
}

/** Whether and how POML wraps a file, from what it found without wrapping. */
function wrappingFor(root: MarkupElement | undefined, tokens: Token[], source: string): Wrapping | 'none' {
  // A slip of POML (it compares all but the first five characters) that has to be kept.
  if (source.slice(5).toLowerCase() === '<poml') return 'none';
  if (!root) return 'text';
  const { start, end } = root;
  const stranger = tokens.some(
    (token) =>
      (token.end <= start || token.start >= end) &&
      !(token.kind & (Kind.blank | Kind.comment)) &&
      source.slice(token.start, token.end).trim() !== '',
  );
  return stranger ? 'markdown' : 'none';
}

function assemble(
  excerpt: Excerpt,
  split: Tokens,
  reader: RecoveringReader,
  root: MarkupElement | undefined,
  wrapper: MarkupWrapper,
): MarkupDocument {
  const { text, source, shift } = excerpt;
  const place = (offset: number): number => Math.max(0, Math.min(offset - shift, source.length));
  const strays = split.strays.map(
    ({ start, end, insideTag }): MarkupProblem => ({
      reason: strayReason(text, start, end, insideTag),
      start: place(start),
      end: place(end),
    }),
  );
  const problems = [...strays, ...reader.problems].sort((a, b) => a.start - b.start).slice(0, MAX_PROBLEMS);
  if (!root && problems.length === 0) problems.push({ reason: NO_ROOT, start: 0, end: source.length });
  const dropped = droppedIn(text, split).map(
    ({ kind, start, end }): MarkupDropped => ({ kind, start: place(start), end: place(end) }),
  );
  return { root, wrapper, problems, dropped, source };
}

const DROPPED_KINDS = new Map<number, MarkupDropped['kind']>([
  [Kind.reference, 'entity'],
  [Kind.cdata, 'cdata'],
  [Kind.instruction, 'processing-instruction'],
]);

function droppedIn(text: string, { tokens, declarations }: Tokens): MarkupDropped[] {
  const dropped: MarkupDropped[] = declarations.map((range) => ({ kind: 'declaration', ...range }));
  tokens.forEach(({ kind, start, end }, index) => {
    const droppedKind = DROPPED_KINDS.get(kind);
    if (droppedKind) dropped.push({ kind: droppedKind, start, end });
    else if (kind === Kind.comment) {
      const before = tokens[index - 1];
      if (before?.kind !== Kind.text || before.end !== start) return;
      if (cutsExpression(text.slice(before.start, start), text, end)) {
        dropped.push({ kind: 'comment-in-expression', start, end });
      }
    }
  });
  return dropped.sort((a, b) => a.start - b.start);
}
