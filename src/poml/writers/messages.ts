import type { ElementNode } from '../tree/nodes.ts';
import type { Message, Speaker } from '../types.ts';
import { contentFrom, cuttingPoints, isPlain, type Piece, type Places, piecesBetween } from './content.ts';
import { flattenMarks, type Output } from './output.ts';
import { runsOf } from './speakers.ts';

/** A message and the parts of the output it is made of. */
export interface WrittenMessage extends Message {
  readonly pieces: readonly Piece[];
}

/**
 * Splits the output of a document into messages by speaker.
 * @param speakersNamed Whether any element names one; if none does, all is one message of the human's.
 */
export function splitMessages(root: ElementNode, output: Output, speakersNamed: boolean): WrittenMessage[] {
  const plain = isPlain(output);
  if (!speakersNamed && output.marks !== undefined && plain) {
    return [textMessage(output.text, 'human', 0, output.text.length)];
  }
  let points: Places | undefined;
  return runsOf(root, output.marks).map(({ start, end, speaker, bounded }) => {
    // Elements begin and end there, and with them the parts that the output may be cut into.
    if (bounded && plain) return textMessage(output.text, speaker, start, end + 1);
    points ??= cuttingPoints(output, flattenMarks(output.marks));
    const pieces = piecesBetween(output, points, start, end, plain);
    return { speaker, content: contentFrom(output, pieces), pieces };
  });
}

function textMessage(text: string, speaker: Speaker, start: number, limit: number): WrittenMessage {
  // Limits can leave marks beyond the end of the text.
  const end = Math.min(limit, text.length);
  if (start >= end) return { speaker, content: [], pieces: [] };
  return { speaker, content: text.slice(start, end), pieces: [{ start, end, media: undefined }] };
}
