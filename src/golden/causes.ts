import { createHash } from 'node:crypto';

/**
 * What kind of thing made a render change: the prompt's own `markup`, an `include`, a `stylesheet` (the call's, or a
 * `<stylesheet>` in the prompt), an `asset` (picture, document, table, data file), the `context` of a call, the
 * `engine` (no input changed), an `error`, or `unknown`.
 */
export type CauseKind =
  | 'markup'
  | 'include'
  | 'stylesheet'
  | 'asset'
  | 'context'
  | 'engine'
  | 'error'
  | 'unknown';

/** What made renders change, the same for all of them: 500 red traces from one edit share one. Plain JSON. */
export interface Cause {
  /** Stable across traces, workers, shards and machines. */
  key: string;
  kind: CauseKind;
  /** Absolute on this machine. */
  file?: string;
  /** From 1, in the text as it is now; for something removed, where it was taken out. */
  line?: number;
  column?: number;
  endLine?: number;
  /** The source text that changed, clipped; left out where it is not known, and in records that are no exemplars. */
  before?: string;
  after?: string;
  /** One line, e.g. `prompts/triage.poml:23 "urgent" became "pressing"`. */
  summary: string;
}

/** The key of a cause, of what is the same wherever it shows. */
export function causeKey(kind: CauseKind, file: string | undefined, ...content: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
  return file === undefined ? `${kind}:${hash}` : `${kind}:${file}:${hash}`;
}
