import type { Content, Message } from '../poml/types.ts';
import { sharedEnds } from './blanks.ts';
import { isChat } from './golden.ts';
import type { Difference } from './verdict.ts';

/** What a line of a `.result.json`, as POML writes it, that is the text of a message begins with. */
const CONTENT = '\n      "content": ';
/** What the list of messages ends with, which comes first. */
const END = '\n  ]';

/** A golden that differs from a render in the text of one message. */
export interface NearGolden {
  /** The render's own messages, but for that text. */
  messages: Message[];
  difference: Difference;
}

/**
 * What differs where that is the text of one message, which is what most edits do to most calls. Such a golden need not be
 * parsed, since all the rest of it is the same text.
 *
 * @param goldenJson Text of the golden's `.result.json`.
 * @param json The render's, as POML lays it out.
 * @param messages The render's.
 * @returns `undefined` for a golden that differs in another way, and must be parsed.
 */
export function nearGolden(
  goldenJson: string,
  json: string,
  messages: Message[] | Content,
): NearGolden | undefined {
  const { start, end } = sharedEnds(goldenJson, json);
  if (!isChat(messages) || json.indexOf(END) < start) return undefined;
  const before = contentLine(goldenJson, start, end);
  const after = before === undefined ? undefined : contentLine(json, start, end);
  if (before === undefined || after === undefined) return undefined;
  const index = messages.findIndex(({ content }) => content === after);
  // Of two messages that say the same it is not known which one it is.
  if (index < 0 || messages.findLastIndex(({ content }) => content === after) !== index) return undefined;
  const { speaker } = messages[index]!;
  return {
    messages: messages.with(index, { speaker, content: before }),
    difference: {
      path: `messages[${index}].content`,
      kind: 'changed',
      expected: before,
      actual: after,
      speaker,
    },
  };
}

/** The text of the message that all that differs lies in. */
function contentLine(json: string, start: number, end: number): string | undefined {
  const from = json.lastIndexOf('\n', start - 1);
  const to = json.indexOf('\n', start);
  if (to < json.length - end || !json.startsWith(CONTENT, from)) return undefined;
  const text = json.slice(from + CONTENT.length, to);
  if (!text.startsWith('"') || !text.endsWith('"')) return undefined;
  try {
    return JSON.parse(text) as string;
  } catch {
    // No JSON, as by a merge: the golden as a whole is parsed, and that told.
    return undefined;
  }
}
