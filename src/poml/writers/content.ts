import type { Content, ContentPart } from '../types.ts';
import { flattenMarks, type Mark, type Media, type Output, PLACEHOLDER } from './output.ts';

/** A part of the output that goes into a message. */
export interface Piece {
  /** Range of the output, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly media: Media | undefined;
}

/** Places in ascending order, each once. */
export type Places = readonly number[] | Int32Array;

/** Above this many places, sorting beats moving them one by one into the order they nearly have. */
const FEW = 200;

/** Integers in ascending order, each once. */
export function sortedPlaces(places: readonly number[]): Places {
  if (places.length > FEW) return withoutDoubles(new Int32Array(places).sort());
  const sorted: number[] = [];
  for (const place of places) {
    let at = sorted.length;
    while (at > 0 && sorted[at - 1]! > place) at--;
    if (at > 0 && sorted[at - 1] === place) continue;
    sorted.push(place);
    for (let index = sorted.length - 1; index > at; index--) sorted[index] = sorted[index - 1]!;
    sorted[at] = place;
  }
  return sorted;
}

function withoutDoubles(sorted: Int32Array): Int32Array {
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    const place = sorted[index]!;
    if (count === 0 || sorted[count - 1] !== place) sorted[count++] = place;
  }
  return sorted.subarray(0, count);
}

/** The index of the first of the sorted places that is not below `place`. */
export function placeIndex(places: Places, place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places at which the output may be cut: where elements and media begin and end, in order. */
export function cuttingPoints(output: Output, marks: readonly Mark[]): Places {
  const points = [0, output.text.length];
  for (const { node, start, end, bounds } of marks) {
    if (node.kind !== 'text' || bounds) points.push(start, end + 1);
  }
  for (const { index } of output.media) points.push(index, index + 1);
  return sortedPlaces(points);
}

/** Whether the output is text and nothing else that has to be looked at piece by piece. */
export function isPlain(output: Output): boolean {
  return output.media.length === 0 && !output.text.includes(PLACEHOLDER);
}

/**
 * What lies between two places of the output (both inclusive), in the order a model reads it: media for the top,
 * text with media in place, media for the bottom. A piece is in only as a whole, and one that is just the
 * placeholder letter is lost.
 *
 * @param plain Whether the output is text and nothing else, see `isPlain`.
 */
export function piecesBetween(
  output: Output,
  points: Places,
  from: number,
  to: number,
  plain: boolean,
): Piece[] {
  const first = placeIndex(points, from);
  const last = placeIndex(points, to + 2) - 1;
  if (first >= last) return [];
  if (plain) {
    const start = points[first]!;
    // Limits can leave marks beyond the end of the text.
    const end = Math.min(points[last]!, output.text.length);
    return start < end ? [{ start, end, media: undefined }] : [];
  }
  const mediaAt = new Map<number, Media>();
  for (const item of output.media) if (!mediaAt.has(item.index)) mediaAt.set(item.index, item);
  const top: Piece[] = [];
  const middle: Piece[] = [];
  const bottom: Piece[] = [];
  for (let index = first; index < last; index++) {
    const start = points[index]!;
    const end = points[index + 1]!;
    const media = mediaAt.get(start);
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
  if (isPlain(output)) return output.text === '' ? [] : output.text;
  const points = cuttingPoints(output, flattenMarks(output.marks));
  return contentFrom(output, piecesBetween(output, points, points[0]!, points.at(-1)!, false));
}
