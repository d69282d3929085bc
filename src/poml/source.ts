import { lineAndColumn } from './errors.ts';
import type { SourceLocation } from './types.ts';

/** A text that markup was read from. */
export interface SourceFile {
  /** Absolute path; `undefined` for markup given as a string. */
  readonly path: string | undefined;
  readonly text: string;
  /** Where this file was included, innermost last. */
  readonly includedFrom: readonly Origin[];
}

/** A range of a source file. */
export interface Origin {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export function locationOf(origin: Origin): SourceLocation {
  const location = placeOf(origin);
  const { includedFrom } = origin.file;
  // The chain is given once, at the innermost place: each place with its own would double it at every level.
  if (includedFrom.length > 0) location.includedFrom = includedFrom.map(placeOf);
  return location;
}

function placeOf({ file, start, end }: Origin): SourceLocation {
  return { file: file.path, ...lineAndColumn(file.text, start), offset: start, endOffset: end };
}
