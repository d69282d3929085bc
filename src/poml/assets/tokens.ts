import { createEncoding, type Encoding, type RankTable } from './bpe.ts';
import { loadOptional } from './optional.ts';

/** The model whose tokens POML counts when the prompt names none. */
export const DEFAULT_TOKEN_MODEL = 'gpt-4o';

/** The longest text that is turned into tokens, in UTF-16 units: some seconds at worst. */
export const MAX_TOKENIZED_LENGTH = 8 * 1024 * 1024;

const PURPOSE = 'token limits and token counts';
/** Tables take some 30 MB each and 100 ms to build; there are five. */
const encodings = new Map<string, Encoding>();

function encodingFor(model: string): Encoding {
  const { getEncodingNameForModel } = loadOptional('js-tiktoken/lite', PURPOSE) as {
    getEncodingNameForModel: (model: string) => string;
  };
  let name: string;
  try {
    name = getEncodingNameForModel(model);
  } catch (cause) {
    throw new Error(
      `js-tiktoken knows no encoding for the model ${JSON.stringify(model)}: name another model`,
      {
        cause,
      },
    );
  }
  let encoding = encodings.get(name);
  if (encoding === undefined) {
    const loaded = loadOptional(`js-tiktoken/ranks/${name}`, PURPOSE) as RankTable & { default?: RankTable };
    encoding = createEncoding(loaded.default ?? loaded);
    encodings.set(name, encoding);
  }
  return encoding;
}

/** Runs the encoder on a text that it can take. */
function bounded<T>(text: string, encode: () => T): T {
  if (text.length > MAX_TOKENIZED_LENGTH) {
    throw new Error(
      `a text of ${text.length} characters is too long to count its tokens (at most ${MAX_TOKENIZED_LENGTH}): cut it with a charLimit`,
    );
  }
  try {
    return encode();
  } catch (error) {
    // The engine's regular expressions keep a stack of what they may have to take back.
    if (!(error instanceof RangeError)) throw error;
    throw new Error('the text has one word that is too long to count its tokens: cut it with a charLimit', {
      cause: error,
    });
  }
}

/**
 * The number of tokens of a text. Special tokens such as `<|endoftext|>` count as the text they are.
 * @param model an OpenAI model, `gpt-4o` by default
 * @throws Error for an unknown model and a text that is too long; OptionalPackageError when `js-tiktoken` is missing
 */
export function countTokens(text: string, model: string = DEFAULT_TOKEN_MODEL): number {
  const encoding = encodingFor(model);
  return bounded(text, () => encoding.count(text));
}

/**
 * A text as token numbers, as js-tiktoken's `encodingForModel(model).encode(text)` gives them.
 * @param most how many are wanted: what a longer text has beyond them may be left out
 * @throws Error for an unknown model and for text that contains a special token, as js-tiktoken does;
 * OptionalPackageError when `js-tiktoken` is missing
 */
export function encodeTokens(
  text: string,
  model: string = DEFAULT_TOKEN_MODEL,
  most: number = Number.POSITIVE_INFINITY,
): number[] {
  const encoding = encodingFor(model);
  const special = encoding.findSpecial(text);
  if (special !== undefined) {
    throw new Error(
      `the text contains ${special}, which a token limit does not allow: remove it, or the limit`,
    );
  }
  return bounded(text, () => encoding.encode(text, most));
}

/** The text of tokens. Bytes that are no UTF-8, where a character was cut, become U+FFFD. */
export function decodeTokens(tokens: readonly number[], model: string = DEFAULT_TOKEN_MODEL): string {
  return encodingFor(model).decode(tokens);
}
