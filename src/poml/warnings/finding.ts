import type { Origin } from '../source.ts';
import type { SourceLocation } from '../types.ts';
import type { WarningCode } from './codes.ts';

/** One thing an author should know, before its place is worked out. */
export interface Finding {
  readonly code: WarningCode;
  readonly message: string;
  readonly origin: Origin | undefined;
  /** The place, where it is known already. */
  readonly location?: SourceLocation;
  /** A property in lower case: the finding falls away when a rule of the stylesheet sets it. */
  readonly unlessStyled?: string;
}

/** A text cut short for a message, on one line. */
export function excerpt(text: string, length = 40): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
