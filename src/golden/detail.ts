import type { SourceLocation, Speaker } from '../poml/types.ts';
import type { Difference } from './verdict.ts';

/**
 * The full picture of a verdict, for the first traces of each cause: whoever shows a change takes it from one of these.
 * Plain JSON of some 64 KB at most; long texts and lists are cut and say so.
 */
export interface VerdictDetail {
  /** What the golden holds; left out where there is none or it cannot be read. */
  golden?: ShownResult;
  /** What was rendered; left out where the render threw. */
  render?: ShownResult;
  differences: ShownDifference[];
  /** What strict mode raises, or what was thrown. */
  errors?: ShownError[];
  /** The source lines that `origins` and `differences` point into. */
  sources?: ShownSource[];
  /** Where the text of each message of the render comes from, by message, in order of the text. */
  origins?: ShownOrigin[][];
  /** Something was left out to keep this small. */
  cut?: true;
}

/** A result as far as it is shown. */
export interface ShownResult {
  /** Without speakers (a call with `chat: false`) one message whose speaker is missing. */
  messages: ShownMessage[];
  schema?: unknown;
  tools?: unknown;
  runtime?: unknown;
}

/** A message as the model reads it. */
export interface ShownMessage {
  speaker?: Speaker;
  parts: ShownPart[];
}

/** A text, a picture or sound, or anything else as JSON. */
export type ShownPart =
  | { kind: 'text'; text: string; cut?: number }
  /** `thumbnail`: the type of `base64` where that is a smaller picture than the real one. */
  | { kind: 'media'; type: string; bytes: number; alt?: string; base64?: string; thumbnail?: string }
  | { kind: 'data'; type: string; value: unknown };

/** A difference whose values are cut to what can be read. */
export interface ShownDifference extends Omit<Difference, 'location'> {
  location?: Pick<SourceLocation, 'line' | 'column' | 'expression'> & { file?: string; endOffset?: number };
}

/** An error with its place. */
export interface ShownError {
  reason: string;
  file?: string;
  line?: number;
  column?: number;
  frame?: string;
}

/** Lines of a source file, from `line` on. */
export interface ShownSource {
  /** Absolute; left out for markup that a test gave as a string. */
  file?: string;
  /** Number of the first line, from 1. */
  line: number;
  lines: string[];
}

/** A stretch of a message and the source it comes from. Lines and columns from 1, `end` exclusive. */
export interface ShownOrigin {
  /** Offsets in the message's text, a picture counting as one character. */
  start: number;
  end: number;
  /** Index into `sources`. */
  source: number;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** The expression that the text is the value of. */
  expression?: string;
}
