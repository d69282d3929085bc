import type { ElementNode, TextNode } from '../tree/nodes.ts';
import type { ContentPart } from '../types.ts';

/** Where in its message a picture or sound stands. */
export type Position = 'top' | 'bottom' | 'here';

/** A part that is not text. In the text a placeholder letter stands for it. */
export interface Media {
  readonly part: Exclude<ContentPart, string>;
  readonly position: Position;
  /** Offset of the placeholder. */
  readonly index: number;
}

/** The letter that POML's writers put where a picture stands. A text that is just this letter is lost. */
export const PLACEHOLDER = 'À';

/** Which part of the output a node made, both ends inclusive. */
export interface Mark {
  readonly node: ElementNode | TextNode;
  readonly start: number;
  readonly end: number;
  /** A text that bounds what messages take, as elements do. */
  readonly bounds: boolean;
}

/**
 * The mark of a node over those of what is inside it, or only marks that moved together. Nothing of it is copied on
 * the way up: places are counted from where the tree stands, and made final by `flattenMarks`.
 */
export class Marks {
  readonly node: ElementNode | TextNode | undefined;
  readonly start: number;
  readonly end: number;
  readonly inside: Marks | readonly Marks[] | undefined;
  /** How far what is inside has moved. */
  readonly shift: number;
  readonly bounds: boolean;

  constructor(
    node: ElementNode | TextNode | undefined,
    start: number,
    end: number,
    inside?: Marks | readonly Marks[],
    shift = 0,
    bounds = false,
  ) {
    this.node = node;
    this.start = start;
    this.end = end;
    this.inside = inside;
    this.shift = shift;
    this.bounds = bounds;
  }
}

/** What a writer made of a node. */
export interface Output {
  readonly text: string;
  readonly marks: Marks | undefined;
  readonly media: readonly Media[];
}

const NO_MEDIA: readonly Media[] = [];

export const NOTHING: Output = { text: '', marks: undefined, media: NO_MEDIA };

/** The mark of a node that made `length` characters, over those of what is inside. */
export function markOf(
  node: ElementNode | TextNode,
  length: number,
  inside?: Marks | readonly Marks[],
  shift = 0,
): Marks {
  return new Marks(node, 0, length - 1, inside, shift);
}

/** A text that a node made all by itself. */
export function outputOf(node: ElementNode | TextNode, text: string): Output {
  return { text, marks: markOf(node, text.length), media: NO_MEDIA };
}

export function shiftMedia(media: readonly Media[], by: number): readonly Media[] {
  return media.length === 0 || by === 0 ? media : media.map((item) => ({ ...item, index: item.index + by }));
}

export function shiftMarks(marks: Marks | undefined, shift: number): Marks | undefined {
  return marks === undefined || shift === 0 ? marks : new Marks(undefined, 0, 0, marks, shift);
}

/** Marks side by side. */
export function groupMarks(marks: readonly Marks[]): Marks | undefined {
  return marks.length < 2 ? marks[0] : new Marks(undefined, 0, 0, marks);
}

/** All marks with their final places, in the order they were made. */
export function flattenMarks(marks: Marks | undefined): Mark[] {
  const flat: Mark[] = [];
  if (marks !== undefined) collect(marks, 0, flat);
  return flat;
}

function collect(marks: Marks, by: number, flat: Mark[]): void {
  const { node, start, end, bounds, inside, shift } = marks;
  if (inside instanceof Marks) collect(inside, by + shift, flat);
  else if (inside !== undefined) for (const one of inside) collect(one, by + shift, flat);
  if (node !== undefined) flat.push({ node, start: start + by, end: end + by, bounds });
}

/** Outputs one after the other. */
export function concatenate(outputs: readonly Output[]): Output {
  if (outputs.length === 1) return outputs[0]!;
  let text = '';
  const marks: Marks[] = [];
  const media: Media[] = [];
  for (const output of outputs) {
    const moved = shiftMarks(output.marks, text.length);
    if (moved !== undefined) marks.push(moved);
    for (const item of shiftMedia(output.media, text.length)) media.push(item);
    text += output.text;
  }
  return { text, marks: groupMarks(marks), media };
}
