import type { Content, Message, Tool } from '../poml/types.ts';

/** The value of a `.result.json`. */
export interface RecordedResult {
  messages: Message[] | Content;
  schema?: unknown;
  tools?: Tool[];
  runtime?: Record<string, unknown>;
}

/**
 * One recorded POML call: the files `NNNN.<name>.*` of a session. Nothing is read before it is asked for, and
 * nothing is kept: every access to a text or value reads its file again, so take it once. A getter whose file
 * is broken throws a `TraceError` that names the file, the session and the mend.
 */
export interface Trace {
  /** Position in the session, from the digits of the file name. */
  readonly index: number;
  /** Base name of the prompt file; a random temp name for string prompts, empty when POML recorded none. */
  readonly name: string;
  /** File name without suffix, e.g. `0007.triage`; unique within the session. */
  readonly id: string;
  /** Absolute path without suffix, e.g. `/repo/pomlruns/2026…/0007.triage`. */
  readonly prefix: string;
  /** Absolute folder of the session. */
  readonly sessionDir: string;
  /** When the session was recorded, from the folder's name (local time); `undefined` when it tells none. */
  readonly recordedAt: Date | undefined;
  /** Suffixes of extra files beside the trace, e.g. `.reply.txt`. */
  readonly artifacts: readonly string[];
  /** The recorded markup. */
  readonly markup: string;
  /** The recorded context (buffers revived); empty when none was recorded. A fresh copy on every access. */
  readonly context: Record<string, unknown>;
  /** The stylesheet given to the call; empty when none was. */
  readonly stylesheet: Record<string, unknown>;
  /** The recorded result; `undefined` when the call left none. */
  readonly result: RecordedResult | undefined;
  /** The exact text of `.result.json`. */
  readonly resultJson: string | undefined;
  /** The exact text of `.result.txt`. */
  readonly resultText: string | undefined;
  /** The path the prompt had where it was recorded, from `.env` or the link; `undefined` when unknown. */
  readonly sourcePath: string | undefined;
  /**
   * Whether the call was made with messages (`true`) or as plain content. POML does not record it: inferred from
   * the result's shape, `[]` counting as plain content; `true` without a result.
   */
  readonly chat: boolean;
  /** Path of the file with this suffix (`.result.json`, `.reply.txt`, …), whether it exists or not. */
  path(suffix: string): string;
  /** Whether the session had a file with this suffix for this trace when it was listed. */
  has(suffix: string): boolean;
}

/** A recorded session: one folder of traces. */
export interface Session {
  /** Absolute path. */
  readonly dir: string;
  /** The folder's name, usually a timestamp of 20 digits. */
  readonly name: string;
  readonly recordedAt: Date | undefined;
  /** Sorted by number, then name. */
  readonly traces: readonly Trace[];
}
