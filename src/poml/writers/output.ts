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

/** Which part of the output a node made, both ends inclusive, relative to the group it stands in. */
export interface Mark {
  /** A text that bounds what messages take, as elements do. */
  readonly bounds?: true;
  readonly node: ElementNode | TextNode;
  readonly start: number;
  readonly end: number;
}

/** Marks that moved together. */
export interface MarkGroup {
  readonly shift: number;
  readonly marks: readonly Marks[];
}

export type Marks = Mark | MarkGroup;

/** What a writer made of a node. */
export interface Output {
  readonly text: string;
  readonly marks: readonly Marks[];
  readonly media: readonly Media[];
}

export const NOTHING: Output = { text: '', marks: [], media: [] };

export function markOf(node: ElementNode | TextNode, length: number): Mark {
  return { node, start: 0, end: length - 1 };
}

export function shiftMedia(media: readonly Media[], by: number): readonly Media[] {
  return media.length === 0 || by === 0 ? media : media.map((item) => ({ ...item, index: item.index + by }));
}

export function shiftMarks(marks: readonly Marks[], shift: number): readonly Marks[] {
  return marks.length === 0 || shift === 0 ? marks : [{ shift, marks }];
}

/** All marks with their final places, in the order they were made. */
export function flattenMarks(marks: readonly Marks[]): Mark[] {
  const flat: Mark[] = [];
  // An explicit stack: groups nest as deep as elements do.
  const stack: { marks: readonly Marks[]; next: number; shift: number }[] = [{ marks, next: 0, shift: 0 }];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!;
    const item = frame.marks[frame.next++];
    if (item === undefined) stack.pop();
    else if ('marks' in item) stack.push({ marks: item.marks, next: 0, shift: frame.shift + item.shift });
    else if (frame.shift === 0) flat.push(item);
    else flat.push({ ...item, start: item.start + frame.shift, end: item.end + frame.shift });
  }
  return flat;
}

/** Outputs one after the other. */
export function concatenate(outputs: readonly Output[]): Output {
  if (outputs.length === 1) return outputs[0]!;
  let text = '';
  const marks: Marks[] = [];
  const media: Media[] = [];
  for (const output of outputs) {
    if (output.marks.length > 0) marks.push({ shift: text.length, marks: output.marks });
    for (const item of shiftMedia(output.media, text.length)) media.push(item);
    text += output.text;
  }
  return { text, marks, media };
}
