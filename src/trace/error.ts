import { isError } from '../poml/is-error.ts';

/** Where a `TraceError` happened and how to mend it. */
export interface TraceErrorDetails {
  /** The broken or missing file or folder, absolute. */
  file?: string;
  /** The session it belongs to, absolute. */
  sessionDir?: string;
  /** What the user can do about it, a sentence. */
  hint?: string;
  cause?: unknown;
}

/**
 * A recorded session, or one file of it, cannot be used. The message is complete: it names the file, what
 * is wrong and the mend; the parts are there for programs.
 */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly file: string | undefined;
  readonly sessionDir: string | undefined;
  readonly hint: string | undefined;

  constructor(reason: string, details: TraceErrorDetails = {}) {
    const place = details.file === undefined ? '' : `${printablePath(details.file)}: `;
    const mend = details.hint === undefined ? '' : `\n${details.hint}`;
    super(place + reason + mend, details.cause === undefined ? undefined : { cause: details.cause });
    this.file = details.file;
    this.sessionDir = details.sessionDir;
    this.hint = details.hint;
  }
}

/** A path as one line of text: control characters, which a hostile name may hold, shown as escapes. */
export function printablePath(path: string): string {
  return path.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The code of a Node file system error (`ENOENT`, …); `undefined` for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!isError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
