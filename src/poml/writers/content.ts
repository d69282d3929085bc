import type { Content, ContentPart } from '../types.ts';
import { flattenMarks, type Mark, type Media, type Output, PLACEHOLDER } from './output.ts';

/** A part of the output that goes into a message. */
export interface Piece {
  /** Range of the output, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly media: Media | undefined;
}

/** The places at which the output may be cut: where elements and media begin and end, in order. */
export function cuttingPoints(output: Output, marks: readonly Mark[]): number[] {
  const points = new Set<number>([0, output.text.length]);
  for (const { node, start, end, bounds } of marks) {
    if (node.kind === 'text' && !bounds) continue;
    points.add(start);
    points.add(end + 1);
  }
  for (const { index } of output.media) {
    points.add(index);
    points.add(index + 1);
  }
  return [...points].sort((a, b) => a - b);
}

/**
 * What lies between two places of the output (both inclusive), in the order a model reads it: media for the top,
 * text with media in place, media for the bottom. A piece is in only as a whole, and one that is just the
 * placeholder letter is lost.
 */
export function piecesBetween(output: Output, points: readonly number[], from: number, to: number): Piece[] {
  const top: Piece[] = [];
  const middle: Piece[] = [];
  const bottom: Piece[] = [];
  for (let index = 0; index + 1 < points.length; index++) {
    const start = points[index]!;
    const end = points[index + 1]!;
    if (start < from || end - 1 > to) continue;
    const media = output.media.find((item) => item.index === start);
    if (media !== undefined) {
      const piece = { start, end, media };
      if (media.position === 'top') top.push(piece);
      else if (media.position === 'bottom') bottom.push(piece);
      else middle.push(piece);
    } else {
      const slice = output.text.slice(start, end);
      if (slice.length > 0 && slice !== PLACEHOLDER) middle.push({ start, end, media: undefined });
    }
  }
  return [...top, ...middle, ...bottom];
}

/** Pieces as content: neighbouring texts joined, a lone text as a string. */
export function contentFrom(output: Output, pieces: readonly Piece[]): Content {
  const parts: ContentPart[] = [];
  for (const { start, end, media } of pieces) {
    const last = parts.length - 1;
    if (media !== undefined) parts.push(media.part);
    else if (typeof parts[last] === 'string') parts[last] += output.text.slice(start, end);
    else parts.push(output.text.slice(start, end));
  }
  return parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : parts;
}

/** The whole output as content, without messages. */
export function contentOf(output: Output): Content {
  if (output.media.length === 0 && !output.text.includes(PLACEHOLDER))
    return output.text === '' ? [] : output.text;
  const points = cuttingPoints(output, flattenMarks(output.marks));
  return contentFrom(
    output,
    piecesBetween(output, points, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  );
}
