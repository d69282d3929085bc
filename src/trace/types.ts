import type { Content, Dependency, Message, Tool } from '../poml/types.ts';
import type { TraceChanges, TraceVariant } from './variant.ts';

/** The value of a `.result.json`. */
export interface RecordedResult {
  messages: Message[] | Content;
  schema?: unknown;
  tools?: Tool[];
  runtime?: Record<string, unknown>;
}

/** A file that the prompt of a captured golden reads, and what was kept of it. */
export interface CapturedFile {
  /** From the project's root, with `/`; a file outside of it by `..`. */
  path: string;
  kind: Dependency['kind'];
  /** Name of the copy in `assets`. */
  asset?: string;
  /** For a folder: the names of its entries, those of folders with a `/` at the end. */
  entries?: string[];
}

/** What `vitest-poml capture` notes of a golden, in `NNNN.<name>.golden.json`. */
export interface Captured {
  version: 1;
  /** What rendered it when it was captured. */
  renderer: { name: string; version?: string };
  /** Name of the session's folder that it was captured from, and its id there. */
  session: string;
  trace: string;
  /** When it was recorded, wall clock of the recording machine, e.g. `2026-11-21T05:19:27.955`. */
  recordedAt?: string;
  /** The prompt file, from the project's root, with `/`. */
  source?: string;
  /** Folder of the recording machine that the project's root stands for. */
  root?: string;
  files: CapturedFile[];
  /** What was redacted: JSON paths and the names of detectors. */
  redacted?: string[];
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
  /** What was noted when it was captured as a golden; `undefined` for a plain recording. */
  readonly captured: Captured | undefined;
  /**
   * Whether the call was made with messages (`true`) or as plain content. POML does not record it: inferred from
   * the result's shape, `[]` counting as plain content; `true` without a result.
   */
  readonly chat: boolean;
  /** Path of the file with this suffix (`.result.json`, `.reply.txt`, …), whether it exists or not. */
  path(suffix: string): string;
  /** Whether the session had a file with this suffix for this trace when it was listed. */
  has(suffix: string): boolean;
  /**
   * This call with something changed, for matchers: what would it look like with another context, stylesheet or
   * prompt? Objects are merged into what was recorded, a function gives the whole.
   *
   * @example await expect(trace.with({ context: { user: { tier: 'gold' } } })).toRenderText(/priority line/);
   */
  with(changes: TraceChanges): TraceVariant;
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
