import { isRecord } from './json.ts';
import type { Trace } from './types.ts';

/** Values to merge into recorded ones, or a function from the recorded values to those that replace them. */
export type ValueChanges =
  | Record<string, unknown>
  | ((recorded: Record<string, unknown>) => Record<string, unknown>);

/** What is different from the recorded call. What is left out stays as it was recorded. */
export interface TraceChanges {
  /**
   * Merged into the recorded context: objects key by key, everything else (lists too) replaced as a whole, and
   * `undefined` takes a key out. A function gets a copy of the recorded context and returns the whole new one.
   */
  context?: ValueChanges;
  /** As `context`, for the stylesheet of the call. */
  stylesheet?: ValueChanges;
  /** Another prompt: a path, markup, a file URL, or an imported `.poml` module. */
  prompt?: string | URL | { path: string; markup: string };
  /** Split into messages by speaker. */
  chat?: boolean;
}

/** A recorded call with something changed. Made by `trace.with(…)`; taken by the matchers like a call. */
export class TraceVariant {
  readonly trace: Trace;
  readonly #changes: readonly TraceChanges[];

  constructor(trace: Trace, changes: readonly TraceChanges[]) {
    this.trace = trace;
    this.#changes = changes;
  }

  /** This variant with something more changed. */
  with(changes: TraceChanges): TraceVariant {
    return new TraceVariant(this.trace, [...this.#changes, changes]);
  }

  /** The other prompt; `undefined` for the recorded call's own. */
  get prompt(): TraceChanges['prompt'] {
    return this.#changes.findLast(({ prompt }) => prompt !== undefined)?.prompt;
  }

  get chat(): boolean {
    return this.#changes.findLast(({ chat }) => chat !== undefined)?.chat ?? this.trace.chat;
  }

  /** The changed context; a fresh copy on every access. */
  get context(): Record<string, unknown> {
    return this.#changes.reduce((values, { context }) => applied(values, context), this.trace.context);
  }

  /** The changed stylesheet; a fresh copy on every access. */
  get stylesheet(): Record<string, unknown> {
    return this.#changes.reduce(
      (values, { stylesheet }) => applied(values, stylesheet),
      this.trace.stylesheet,
    );
  }
}

function applied(recorded: Record<string, unknown>, changes: ValueChanges = {}): Record<string, unknown> {
  return typeof changes === 'function' ? changes(recorded) : merged(recorded, changes);
}

function merged(into: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  // A map: a key may be `__proto__`, which is a name like any other here.
  const values = new Map(Object.entries(into));
  for (const [key, change] of Object.entries(changes)) {
    const old = values.get(key);
    if (change === undefined) values.delete(key);
    else values.set(key, isPlain(change) && isPlain(old) ? merged(old, change) : change);
  }
  return Object.fromEntries(values);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
