import { isError } from '../is-error.ts';
import { reasonOf, shortened } from './words.ts';

const MAX_REFERENCE = 200;

/** `ENOENT`: not there. `EOUTSIDE`: outside the roots. `EKIND`: no ordinary file. `ETOOBIG`. `EURL`. `EIO`: anything else. */
export type FileErrorCode = 'ENOENT' | 'EOUTSIDE' | 'EKIND' | 'ETOOBIG' | 'EURL' | 'EIO';

/** Why a file cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  /** The path as the prompt names it. */
  readonly reference: string;
  /** Absolute, when the reference is a path at all. */
  readonly path: string | undefined;

  constructor(
    code: FileErrorCode,
    reason: string,
    reference: string,
    absolute?: string,
    options?: ErrorOptions,
  ) {
    super(`${JSON.stringify(shortened(reference, MAX_REFERENCE))} ${reason}`, options);
    this.code = code;
    this.reference = reference;
    this.path = absolute;
  }
}

function codeOf(error: unknown): string {
  return isError(error) && 'code' in error ? String(error.code) : '';
}

/** Whether an error says that there is nothing. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What kept a file from being read, in our own words. */
export function unreadable(error: unknown, reference: string, absolute: string): FileError {
  if (error instanceof FileError) return error;
  if (isMissing(error)) {
    return new FileError(
      'ENOENT',
      `does not exist (looked for ${shortened(absolute)})`,
      reference,
      absolute,
      {
        cause: error,
      },
    );
  }
  return new FileError('EIO', `cannot be read: ${reasonOf(error)}`, reference, absolute, { cause: error });
}
