/** What a span stands for. `poml` is a recorded call. */
export type OperationKind = 'session' | 'agent' | 'operation' | 'poml';

/** Where a span belongs: the ids of OpenTelemetry. */
export interface SpanPlace {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Left out for a root. */
  parentSpanId?: string;
}

/** What of a `poml` call only backends want to know. */
export interface CallDetails {
  /** The text of the prompt. */
  markup: string;
  /** The path as it was given to the call, or that of the file which stands for a prompt given as text. */
  path: string;
  context: Record<string, unknown> | undefined;
  stylesheet: Record<string, unknown> | undefined;
  /** Id of the trace, `0007.triage`; `undefined` when no files were written. */
  trace: string | undefined;
}

/** A session, an agent's or other operation, or a call of `poml` that has ended. */
export interface FinishedOperation extends SpanPlace {
  kind: OperationKind;
  name: string;
  /** Milliseconds since 1970, with their fraction. */
  start: number;
  end: number;
  /** The arguments; of a session `undefined`. */
  args: readonly unknown[] | undefined;
  /** What it gave back; `undefined` also when it failed. */
  output: unknown;
  /** Whether it threw, and what. */
  failed: boolean;
  error: unknown;
  /** Of a session. */
  tags: readonly string[];
  /** Of a session: how it ended, in the user's words. */
  endState: string | undefined;
  /** Of a `poml` call. */
  call: CallDetails | undefined;
}

/** Who wants to hear of what was recorded beside the files: a backend. It never throws. */
export interface TraceSink {
  /** Takes an operation; whatever it keeps of it, it copies before it returns. */
  add(operation: FinishedOperation): void;
  /** Waits until what was added is delivered, at most so long. */
  flush(milliseconds: number): Promise<void>;
}
