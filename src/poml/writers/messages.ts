import type { ElementNode } from '../tree/nodes.ts';
import type { Content, Message, Speaker } from '../types.ts';
import { contentFrom, cuttingPoints, isPlain, type Piece, type Places, piecesBetween } from './content.ts';
import { flattenMarks, type Output } from './output.ts';
import { type Run, runsOf } from './speakers.ts';

/** A message and the parts of the output it is made of. */
export interface WrittenMessage extends Message {
  readonly pieces: readonly Piece[];
}

/** How an output falls into messages. */
interface Split {
  readonly speakersNamed: boolean;
  /** Whether the output is text and nothing else. */
  readonly plain: boolean;
  readonly runs: readonly Run[];
}

/** Those of outputs that are the same in every render. */
const known = new WeakMap<Output, Split>();

/**
 * Splits the output of a document into messages by speaker.
 * @param speakersNamed Whether any element names one; if none does, all is one message of the human's.
 */
export function splitMessages(root: ElementNode, output: Output, speakersNamed: boolean): WrittenMessage[] {
  let split = output === root.written ? known.get(output) : undefined;
  if (split?.speakersNamed !== speakersNamed) {
    split = splitOf(root, output, speakersNamed);
    if (output === root.written) known.set(output, split);
  }
  const { plain, runs } = split;
  let points: Places | undefined;
  return runs.map(({ start, end, speaker, bounded }) => {
    // Elements begin and end there, and with them the parts that the output may be cut into.
    if (bounded && plain) return new TextMessage(output.text, speaker, start, end + 1);
    points ??= cuttingPoints(output, flattenMarks(output.marks));
    const pieces = piecesBetween(output, points, start, end, plain);
    return { speaker, content: contentFrom(output, pieces), pieces };
  });
}

function splitOf(root: ElementNode, output: Output, speakersNamed: boolean): Split {
  const plain = isPlain(output);
  if (speakersNamed || output.marks === undefined || !plain)
    return { speakersNamed, plain, runs: runsOf(root, output.marks) };
  const all: Run = { start: 0, end: output.text.length - 1, speaker: 'human', bounded: true };
  return { speakersNamed, plain, runs: [all] };
}

/** A message that is one stretch of the output, and text. */
class TextMessage implements WrittenMessage {
  readonly speaker: Speaker;
  readonly content: Content;
  private readonly start: number;
  private readonly end: number;

  constructor(text: string, speaker: Speaker, start: number, limit: number) {
    this.speaker = speaker;
    this.start = start;
    // Limits can leave marks beyond the end of the text.
    this.end = Math.min(limit, text.length);
    this.content = start < this.end ? text.slice(start, this.end) : [];
  }

  get pieces(): readonly Piece[] {
    const { start, end } = this;
    return start < end ? [{ start, end, media: undefined }] : [];
  }
}
