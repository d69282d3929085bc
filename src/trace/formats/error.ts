/** The formats of POML's Python SDK that a result can be turned into. */
export type FormatName = 'openai_chat' | 'langchain' | 'message_dict' | 'pydantic' | 'dict';

/** Where a `FormatError` happened. */
export interface FormatErrorDetails {
  format: FormatName;
  /** The part of the result, e.g. `messages[2].content[0]`; `undefined` for all of it. */
  place?: string;
  /** What the user can do about it, a sentence. */
  hint?: string;
}

/**
 * A result cannot be said in a format: the Python SDK raises for it too. The message is complete; the parts are there
 * for programs.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly format: FormatName;
  readonly place: string | undefined;
  readonly hint: string | undefined;

  constructor(reason: string, { format, place, hint }: FormatErrorDetails) {
    const where = place === undefined ? '' : `${place} `;
    super(`${format}: ${where}${reason}${hint === undefined ? '' : `\n${hint}`}`);
    this.format = format;
    this.place = place;
    this.hint = hint;
  }
}
