import type { Content, Message } from '../../poml/types.ts';
import type { RecordedResult } from '../types.ts';
import { type FormatInput, resultOf } from './input.ts';

/**
 * What the Python SDK returns for `format="message_dict"`: the messages alone, or with `chat=False` the bare content.
 *
 * @throws FormatError when it is given no result
 * @example toMessageDict(await render('<p>Hello</p>')) // [{ speaker: 'human', content: 'Hello' }]
 */
export function toMessageDict(result: FormatInput): Message[] | Content {
  return resultOf(result, 'message_dict').messages as Message[] | Content;
}

/**
 * What the Python SDK returns for `format="dict"`: messages, schema, tools and runtime as in `.result.json`; what the
 * prompt does not have is left out.
 *
 * @throws FormatError when it is given no result
 */
export function toDict(result: FormatInput): RecordedResult {
  return resultOf(result, 'dict') as unknown as RecordedResult;
}
