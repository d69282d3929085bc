import type { RenderedPrompt } from '../../poml/types.ts';
import { isRecord } from '../json.ts';
import type { RecordedResult } from '../types.ts';
import { FormatError, type FormatName } from './error.ts';

/** A result to turn into a format: a rendered prompt, what its `toJSON` gives, or a recorded result. */
export type FormatInput =
  | Pick<RenderedPrompt, 'messages' | 'schema' | 'tools' | 'runtime'>
  | RecordedResult
  | Record<string, unknown>;

/**
 * The result as whoever reads POML's output gets it: plain JSON, and a copy, so that no format shares a part with what
 * it was made of.
 *
 * @throws FormatError when it is no result
 */
export function resultOf(input: FormatInput, format: FormatName): Record<string, unknown> {
  const text: string | undefined = JSON.stringify(input);
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (isRecord(value) && Object.hasOwn(value, 'messages')) return value;
  throw new FormatError('needs a result: an object with "messages".', {
    format,
    hint: 'Give a rendered prompt (await it first), its toJSON(), or the result of a trace.',
  });
}
