import { isError } from '../is-error.ts';

const MAX_LENGTH = 300;

/** A text for an error message: on one line, without control characters, of bounded length. */
export function shortened(text: string, length = MAX_LENGTH): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}

/** What an error of a library says. It may quote the hostile content that it failed on. */
export function reasonOf(error: unknown): string {
  return shortened(isError(error) ? error.message : String(error));
}
