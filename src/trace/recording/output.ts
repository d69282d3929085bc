import type { Content, Message } from '../../poml/types.ts';
import {
  type LangChainPrompt,
  type OpenAIChat,
  type PydanticFrame,
  toDict,
  toLangChain,
  toMessageDict,
  toOpenAIChat,
  toPydanticDict,
} from '../formats/index.ts';
import type { RecordedResult } from '../types.ts';

/** What each format of `poml` gives, by its name in POML's Python SDK. */
export interface PomlOutputs<Chat extends boolean = boolean> {
  /** The JSON of the result as text. */
  raw: string;
  /** The messages alone; with `chat: false` the bare content. */
  message_dict: Chat extends true ? Message[] : Content;
  /** Messages, schema, tools and runtime, as in `.result.json`. */
  dict: RecordedResult;
  /** The arguments of OpenAI's chat completions. */
  openai_chat: OpenAIChat;
  langchain: LangChainPrompt;
  /** The SDK's `PomlFrame` as JSON. */
  pydantic: PydanticFrame;
}

/** A format of `poml`. */
export type PomlFormat = keyof PomlOutputs;

const FORMATTERS: { [F in PomlFormat]: (result: RecordedResult, chat: boolean) => PomlOutputs[F] } = {
  raw: (result) => JSON.stringify(result),
  message_dict: (result) => toMessageDict(result) as Message[] & Content,
  dict: (result) => toDict(result),
  openai_chat: (result, chat) => toOpenAIChat(result, { chat }),
  langchain: (result, chat) => toLangChain(result, { chat }),
  pydantic: (result, chat) => toPydanticDict(result, { chat }),
};

/** @throws TypeError for the name of a format that there is not */
export function requireFormat(format: string): asserts format is PomlFormat {
  if (Object.hasOwn(FORMATTERS, format)) return;
  const names = Object.keys(FORMATTERS).join(', ');
  throw new TypeError(`There is no format ${JSON.stringify(format)}; there are ${names}.`);
}

/**
 * A result in a format. Shares nothing with the result: whoever asked may add messages to it.
 *
 * @throws FormatError when the format cannot say it
 */
export function inFormat<F extends PomlFormat>(
  result: RecordedResult,
  format: F,
  chat: boolean,
): PomlOutputs[F] {
  return FORMATTERS[format](result, chat);
}
