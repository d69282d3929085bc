import type { ElementNode } from '../tree/nodes.ts';
import type { Speaker } from '../types.ts';
import { placeIndex, sortedPlaces } from './content.ts';
import { Marks } from './output.ts';

/** A stretch of the output, both ends inclusive, that one speaker says. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly speaker: Speaker;
  /** Whether elements begin and end just there. */
  readonly bounded: boolean;
}

interface Painted {
  readonly start: number;
  readonly end: number;
  readonly speaker: Speaker;
}

/**
 * Who says what: runs of one speaker over the places where elements begin and end.
 *
 * The speaker of an element is its own, else that of what encloses it or of an earlier sibling, else the default: system,
 * and human once any human has spoken. A place belongs to the last element in document order that covers it.
 */
export function runsOf(root: ElementNode, marks: Marks | undefined): readonly Run[] {
  const number = ++noted;
  if (marks !== undefined) note(marks, 0, number);
  const painter = new Painter(number);
  painter.visit(root, undefined);
  const runs = painter.nested ? painter.runs() : runsOfAny(painter.painted);
  // A prompt of one message that names no speaker is the human's.
  const [only] = runs;
  if (runs.length === 1 && only!.speaker === 'system' && !painter.system)
    return [{ ...only!, speaker: 'human' }];
  return runs;
}

let noted = 0;

/** Notes at each element where its output stands. Where one was marked twice, POML takes the first mark. */
function note({ node, start, end, inside, shift }: Marks, by: number, number: number): void {
  if (inside instanceof Marks) note(inside, by + shift, number);
  else if (inside !== undefined) for (const one of inside) note(one, by + shift, number);
  if (node?.kind !== 'element' || node.notedBy === number) return;
  node.start = start + by;
  node.end = end + by;
  node.notedBy = number;
}

const BEGINS = 1;
const ENDS = 2;

/** Goes through the elements in document order, which meets the places in order, too, as long as elements nest. */
class Painter {
  /** What every element covers, in document order. */
  readonly painted: Painted[] = [];
  /** Whether an element names the system. */
  system = false;
  /** Whether all elements lie in those around them, side by side, and none is empty. Limits can upset that. */
  nested = true;
  private fallback: Speaker = 'system';
  private readonly places: number[] = [];
  private readonly speakers: Speaker[] = [];
  private readonly kinds: number[] = [];
  private readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  visit(node: ElementNode, inherited: Speaker | undefined): void {
    const own = node.attributes.speaker as Speaker | undefined;
    if (own === 'system') this.system = true;
    if (own === 'human') this.fallback = 'human';
    let current = own ?? inherited;
    const speaker = current ?? this.fallback;
    const { start, end } = node;
    const covers = node.notedBy === this.number;
    if (covers) {
      this.painted.push({ start, end, speaker });
      if (end < start) this.nested = false;
      this.meet(start, speaker, BEGINS);
    }
    for (const child of node.children) {
      if (child.kind !== 'element') continue;
      current = (child.attributes.speaker as Speaker | undefined) ?? current;
      this.visit(child, current);
    }
    if (covers) this.meet(end, speaker, ENDS);
  }

  private meet(place: number, speaker: Speaker, kind: number): void {
    if (!this.nested) return;
    const { places, speakers, kinds } = this;
    const last = places.length - 1;
    if (last >= 0 && place < places[last]!) {
      this.nested = false;
    } else if (last >= 0 && place === places[last]) {
      // What begins here covers the place, and comes later than what was met here before.
      if (kind === BEGINS) speakers[last] = speaker;
      kinds[last]! |= kind;
    } else {
      places.push(place);
      speakers.push(speaker);
      kinds.push(kind);
    }
  }

  runs(): Run[] {
    const { places, speakers, kinds } = this;
    const runs: Run[] = [];
    for (let first = 0; first < places.length; ) {
      let last = first;
      while (last + 1 < places.length && speakers[last + 1] === speakers[first]) last++;
      const bounded = (kinds[first]! & BEGINS) !== 0 && (kinds[last]! & ENDS) !== 0;
      runs.push({ start: places[first]!, end: places[last]!, speaker: speakers[first]!, bounded });
      first = last + 1;
    }
    return runs;
  }
}

const SPEAKERS: readonly Speaker[] = ['system', 'human', 'ai', 'tool'];

/** The same for elements that lie anyhow. */
function runsOfAny(painted: readonly Painted[]): Run[] {
  const ends: number[] = [];
  for (const { start, end } of painted) ends.push(start, end);
  const places = sortedPlaces(ends);
  // One index into SPEAKERS a place; what no element covers is the system's.
  const colours = new Uint8Array(places.length);
  for (const { start, end, speaker } of painted) {
    colours.fill(SPEAKERS.indexOf(speaker), placeIndex(places, start), placeIndex(places, end) + 1);
  }
  const runs: Run[] = [];
  for (let first = 0; first < places.length; ) {
    let last = first;
    while (last + 1 < places.length && colours[last + 1] === colours[first]) last++;
    const speaker = SPEAKERS[colours[first]!]!;
    runs.push({ start: places[first]!, end: places[last]!, speaker, bounded: false });
    first = last + 1;
  }
  return runs;
}
