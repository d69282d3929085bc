import type { ElementNode } from '../tree/nodes.ts';
import { dropByPriority, isLimited, limitsOf, type TruncateOptions, truncate, UNLIMITED } from './limits.ts';
import {
  flattenMarks,
  groupMarks,
  Marks,
  type Media,
  markOf,
  NOTHING,
  type Output,
  shiftMarks,
  shiftMedia,
} from './output.ts';
import type { WriterState } from './state.ts';

/**
 * A piece of Markdown with the line breaks it wants around it. Breaks are shared between neighbours and with
 * what encloses them, like margins in CSS.
 */
export interface Box extends Output {
  readonly before: string;
  readonly after: string;
  readonly priority: number | undefined;
}

/** What limits need of a writer: how to cut, and where to tell of it. */
export interface LimitingWriter {
  readonly options: TruncateOptions;
  readonly state: WriterState;
}

export type Layout = 'block' | 'newline' | 'inline';

const BREAKS: Readonly<Record<Layout, string>> = { block: '\n\n', newline: '\n', inline: '' };

const { media: NO_MEDIA } = NOTHING;

export const EMPTY_BOX: Box = textBox('');

export function textBox(text: string, marks?: Marks): Box {
  return { text, before: '', after: '', marks, media: NO_MEDIA, priority: undefined };
}

/** The line breaks two neighbours share: the longest end of the one that begins the other counts once. */
export function shareBreaks(one: string, other: string): string {
  if (one === '' || other === '') return one + other;
  if (one === other && (one === '\n\n' || one === '\n')) return one;
  let overlap = 0;
  for (let length = 1; length <= Math.min(one.length, other.length); length++) {
    if (one.slice(-length) === other.slice(0, length)) overlap = length;
  }
  return one + other.slice(overlap);
}

/** A box as the box of an element: its limits, its priority, and the breaks of its layout. */
export function elementBox(inner: Box, layout: Layout, node: ElementNode, writer: LimitingWriter): Box {
  const breaks = BREAKS[layout];
  const { priority } = node.attributes;
  const text = truncate(inner.text, limitsOf(node), writer.options);
  if (text !== inner.text) writer.state.warnings.cutByLimit(node);
  return {
    text,
    before: shareBreaks(breaks, inner.before),
    after: shareBreaks(inner.after, breaks),
    marks: markOf(node, text.length, inner.marks),
    media: inner.media,
    priority: priority === undefined ? undefined : Number.parseFloat(priority),
  };
}

/** The box between two texts. */
export function wrapBox(box: Box, open: string, close: string, node?: ElementNode): Box {
  const text = open + box.text + close;
  return {
    text,
    before: box.before,
    after: box.after,
    marks: node ? markOf(node, text.length, box.marks, open.length) : shiftMarks(box.marks, open.length),
    media: shiftMedia(box.media, open.length),
    priority: undefined,
  };
}

/** The box with a text before each of its lines. */
export function prefixLines(box: Box, prefix: string): Box {
  const lines = box.text.split('\n');
  if (lines.length === 1) return wrapBox(box, prefix, '');
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  // What stands on the nth line moves by n prefixes.
  const moved = (index: number) => {
    let count = 0;
    while (count < starts.length && starts[count]! <= index) count++;
    return count * prefix.length;
  };
  const marks = flattenMarks(box.marks).map(({ node, start, end, bounds }) => {
    const by = moved(start);
    return new Marks(node, start + by, end + by, undefined, 0, bounds);
  });
  return {
    text: lines.map((line) => prefix + line).join('\n'),
    before: box.before,
    after: box.after,
    marks: groupMarks(marks),
    media: box.media.map((item) => ({ ...item, index: item.index + moved(item.index) })),
    priority: undefined,
  };
}

/** The text with its lines indented; empty lines stay empty. */
export function indentText(text: string, indent: number, firstIndent: number): string {
  if (firstIndent === 0 && (indent === 0 || !text.includes('\n'))) return text;
  return text
    .split('\n')
    .map((line, index) => (line ? ' '.repeat(index === 0 ? firstIndent : indent) + line : line))
    .join('\n');
}

const BREAKS_ONLY = /^\n+$/;

/** Whether a text is spaces and tabs, or nothing. */
function isBlank(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}

function isMediaOnly(box: Box): boolean {
  return box.media.length > 0 && box.media.length === box.text.length;
}

/** Pictures for the top or the bottom stand in the text as if they were not there. */
function isFloating(box: Box): boolean {
  return isMediaOnly(box) && box.media.every((item) => item.position !== 'here');
}

/**
 * Blanks beside a block, a line break or a picture are nothing. Leaving some out can expose the next, so this goes
 * in rounds; after the first only the neighbours of what went are looked at, which keeps long rows linear.
 */
function withoutLooseBlanks(boxes: readonly Box[]): readonly Box[] {
  let suspects: number[] | undefined;
  let neighbours = false;
  for (let index = 0; index < boxes.length; index++) {
    if (!isBlank(boxes[index]!.text)) continue;
    suspects ??= [];
    if (suspects[suspects.length - 1] === index - 1) neighbours = true;
    suspects.push(index);
  }
  if (suspects === undefined) return boxes;
  // Where no two blanks meet, what goes exposes nothing.
  return neighbours ? inRounds(boxes, suspects) : boxes.filter((box, index) => !isLoose(box, index, boxes));
}

function isLoose(box: Box, index: number, boxes: readonly Box[]): boolean {
  return isBlank(box.text) && (swallowsAfter(boxes[index - 1]) || swallowsBefore(boxes[index + 1]));
}

function inRounds(boxes: readonly Box[], blanks: readonly number[]): readonly Box[] {
  let suspects = blanks;
  // The places of the nearest boxes that are still there.
  const previous = boxes.map((_, index) => index - 1);
  const next = boxes.map((_, index) => index + 1);
  const gone = new Set<number>();
  while (suspects.length > 0) {
    const loose = suspects.filter(
      (index) => swallowsAfter(boxes[previous[index]!]) || swallowsBefore(boxes[next[index]!]),
    );
    for (const index of loose) {
      gone.add(index);
      if (next[index]! < boxes.length) previous[next[index]!] = previous[index]!;
      if (previous[index]! >= 0) next[previous[index]!] = next[index]!;
    }
    const beside = new Set(loose.flatMap((index) => [previous[index]!, next[index]!]));
    suspects = [...beside].filter((index) => !gone.has(index) && isBlank(boxes[index]?.text ?? '-'));
  }
  return gone.size === 0 ? boxes : boxes.filter((_, index) => !gone.has(index));
}

/** Whether blanks after this box are nothing. */
function swallowsAfter(box: Box | undefined): boolean {
  return box !== undefined && (box.after.includes('\n') || BREAKS_ONLY.test(box.text) || isMediaOnly(box));
}

/** Whether blanks before this box are nothing. */
function swallowsBefore(box: Box | undefined): boolean {
  return box !== undefined && (box.before.includes('\n') || BREAKS_ONLY.test(box.text) || isMediaOnly(box));
}

function endsWithPicture(box: Box): boolean {
  return (
    box.media.length > 0 &&
    box.media.some((item) => item.position === 'here' && item.index + 1 === box.text.length)
  );
}

function startsWithPicture(box: Box): boolean {
  return box.media.length > 0 && box.media.some((item) => item.position === 'here' && item.index === 0);
}

/**
 * Boxes one after the other, with the breaks between them. `node` is the element they are the content of, for its
 * limits.
 */
export function joinBoxes(boxes: readonly Box[], node: ElementNode | undefined, writer: LimitingWriter): Box {
  const { options } = writer;
  const limits = node ? limitsOf(node) : UNLIMITED;
  const candidates = boxes.length === 1 ? boxes : withoutLooseBlanks(boxes);
  const row = boxes.length === 1 ? boxes : dropByPriority(candidates, limits, options);
  if (row.length < candidates.length) noteDropped(candidates, row, writer);
  if (row.length === 1 && !isLimited(limits)) {
    const box = row[0]!;
    if (box.media.length === 0 || !isFloating(box)) return box;
  }
  let text = '';
  let before = '';
  let after = '';
  const marks: Marks[] = [];
  const media: Media[] = [];
  const texts = row.some(isFloating) ? row.filter((box) => !isFloating(box)) : row;
  let next = 0;
  for (const box of row) {
    // A loop and not a spread: very many would overflow the stack.
    const moved = shiftMarks(box.marks, text.length);
    if (moved !== undefined) marks.push(moved);
    for (const item of shiftMedia(box.media, text.length)) media.push(item);
    text += box.text;
    if (box !== texts[next]) continue;
    if (next === 0) before = box.before;
    next++;
    const following = texts[next];
    if (following === undefined) after = box.after;
    else if (!endsWithPicture(box) && !startsWithPicture(following))
      text += shareBreaks(box.after, following.before);
  }
  const kept = truncate(text, limits, options);
  if (node && kept !== text) writer.state.warnings.cutByLimit(node);
  return { text: kept, before, after, marks: groupMarks(marks), media, priority: undefined };
}

/** Tells of the elements that went for their priority. The last mark of a box is that of its own element. */
function noteDropped(boxes: readonly Box[], kept: readonly Box[], writer: LimitingWriter): void {
  const remaining = new Set(kept);
  for (const box of boxes) {
    if (remaining.has(box)) continue;
    const mark = flattenMarks(box.marks).at(-1);
    if (mark) writer.state.warnings.droppedByPriority(mark.node);
  }
}
