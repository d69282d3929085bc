import type { ElementNode } from '../tree/nodes.ts';
import type { Message, Speaker } from '../types.ts';
import {
  contentFrom,
  cuttingPoints,
  isPlain,
  type Piece,
  piecesBetween,
  placeIndex,
  sortedPlaces,
} from './content.ts';
import { flattenMarks, type Mark, type Output } from './output.ts';

/** A message and the parts of the output it is made of. */
export interface WrittenMessage extends Message {
  readonly pieces: readonly Piece[];
}

interface Painted {
  readonly start: number;
  readonly end: number;
  readonly speaker: Speaker;
}

/**
 * Who says what each element put out. The speaker is the element's own, else that of what encloses it or of an
 * earlier sibling, else the default: system, and human once any human has spoken.
 */
function speakersOf(
  root: ElementNode,
  marks: ReadonlyMap<unknown, Mark>,
): { painted: Painted[]; system: boolean } {
  const painted: Painted[] = [];
  let fallback: Speaker = 'system';
  let system = false;
  const visit = (node: ElementNode, inherited: Speaker | undefined): void => {
    const own = node.attributes.speaker as Speaker | undefined;
    if (own === 'system') system = true;
    if (own === 'human') fallback = 'human';
    const mark = marks.get(node);
    if (mark !== undefined) {
      painted.push({ start: mark.start, end: mark.end, speaker: own ?? inherited ?? fallback });
    }
    let current = own ?? inherited;
    for (const child of node.children) {
      if (child.kind !== 'element') continue;
      current = (child.attributes.speaker as Speaker | undefined) ?? current;
      visit(child, current);
    }
  };
  visit(root, undefined);
  return { painted, system };
}

const SPEAKERS: readonly Speaker[] = ['system', 'human', 'ai', 'tool'];

/** Runs of one speaker over the places where elements begin and end, both inclusive. */
function runsOf(painted: readonly Painted[]): Painted[] {
  const ends: number[] = [];
  for (const { start, end } of painted) ends.push(start, end);
  const places = sortedPlaces(ends);
  // One index into SPEAKERS a place; what no element covers is the system's.
  const colours = new Uint8Array(places.length);
  for (const { start, end, speaker } of painted) {
    colours.fill(SPEAKERS.indexOf(speaker), placeIndex(places, start), placeIndex(places, end) + 1);
  }
  const runs: Painted[] = [];
  for (let first = 0; first < places.length; ) {
    let last = first;
    while (last + 1 < places.length && colours[last + 1] === colours[first]) last++;
    runs.push({ start: places[first]!, end: places[last]!, speaker: SPEAKERS[colours[first]!]! });
    first = last + 1;
  }
  return runs;
}

/** The first mark of each element: where an element was marked twice, POML takes the first. */
function firstMarks(marks: readonly Mark[]): ReadonlyMap<unknown, Mark> {
  const first = new Map<unknown, Mark>();
  for (const mark of marks) {
    if (mark.node.kind === 'element' && !first.has(mark.node)) first.set(mark.node, mark);
  }
  return first;
}

/**
 * Splits the output of a document into messages by speaker.
 * @param speakersNamed Whether any element names one; if none does, all is one message of the human's.
 */
export function splitMessages(root: ElementNode, output: Output, speakersNamed: boolean): WrittenMessage[] {
  const plain = isPlain(output);
  if (!speakersNamed && output.marks !== undefined && plain) {
    const { text } = output;
    if (text === '') return [{ speaker: 'human', content: [], pieces: [] }];
    return [{ speaker: 'human', content: text, pieces: [{ start: 0, end: text.length, media: undefined }] }];
  }
  const marks = flattenMarks(output.marks);
  const { painted, system } = speakersOf(root, firstMarks(marks));
  let runs = runsOf(painted);
  // A prompt of one message that names no speaker is the human's.
  if (runs.length === 1 && runs[0]!.speaker === 'system' && !system)
    runs = [{ ...runs[0]!, speaker: 'human' }];
  const points = cuttingPoints(output, marks);
  return runs.map(({ start, end, speaker }) => {
    const pieces = piecesBetween(output, points, start, end, plain);
    return { speaker, content: contentFrom(output, pieces), pieces };
  });
}
