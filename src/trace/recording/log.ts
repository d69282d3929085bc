import type { RecordedResult } from '../types.ts';

/** A call as `getTrace` tells of it. */
export interface TraceRecord {
  /** The text of the prompt. */
  markup: string;
  /** The path it was read from, as given; `undefined` for markup given as text. */
  markupPath: string | undefined;
  /** The context as JSON, as it was given; `undefined` when none was. */
  context: string | undefined;
  contextPath: string | undefined;
  stylesheet: string | undefined;
  stylesheetPath: string | undefined;
  /** What came out: text with `format: 'raw'`; `undefined` when the call failed. */
  result: RecordedResult | string | undefined;
  /** What the call failed with. */
  error: unknown;
  /** Path of the trace's files without suffix; `undefined` when none were written. */
  prefix: string | undefined;
}

/** How much text is remembered: 64 million characters. A program that records for months must not run out of memory. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** The calls of this process, the oldest forgotten when they become too many. */
export class TraceLog {
  #records: { record: TraceRecord; size: number }[] = [];
  #size = 0;

  add(record: TraceRecord): void {
    const { markup, context, stylesheet, result } = record;
    const parts = [markup, context, stylesheet, typeof result === 'string' ? result : JSON.stringify(result)];
    const size = parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
    this.#records.push({ record, size });
    this.#size += size;
    if (this.#size > MAX_CHARACTERS) this.#forget();
  }

  list(): TraceRecord[] {
    return this.#records.map(({ record }) => record);
  }

  clear(): void {
    this.#records = [];
    this.#size = 0;
  }

  /** Forgets a good part at once, so that it costs little per call. */
  #forget(): void {
    let first = 0;
    while (first < this.#records.length - 1 && this.#size > MAX_CHARACTERS * 0.75)
      this.#size -= this.#records[first++]!.size;
    this.#records.splice(0, first);
  }
}
