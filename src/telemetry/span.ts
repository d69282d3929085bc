export { newSpanId, newTraceId } from '../trace/span-ids.ts';

/** What an attribute may hold. Lists hold texts only: that is all that every backend reads back. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes by name, `agentops.span.kind` and the like. */
export type Attributes = Record<string, AttributeValue>;

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  name: string;
  /** Nanoseconds since 1970. */
  time: bigint;
  attributes: Attributes;
}

/** How a span ended; `unset` for what was neither right nor wrong, e.g. a skipped test. */
export type SpanStatus = { code: 'unset' | 'ok' } | { code: 'error'; message: string };

/** One span, as plain data: nothing is started, ended or registered anywhere. */
export interface Span {
  /** 32 lower-case hex digits, random. */
  traceId: string;
  /** 16 lower-case hex digits, random. */
  spanId: string;
  /** Left out for a root. */
  parentSpanId?: string;
  /** A stable name, without times or hashes: backends keep a dictionary of them. */
  name: string;
  /** Nanoseconds since 1970. */
  startTime: bigint;
  /** Nanoseconds since 1970. */
  endTime: bigint;
  attributes: Attributes;
  status: SpanStatus;
  events?: readonly SpanEvent[];
}

/** Spans and who sends them. */
export interface SpanBatch {
  /** What stands for the sender: `service.name` and the like. */
  resource: Attributes;
  /** The program that made the spans. */
  scope: { name: string; version: string };
  spans: readonly Span[];
}

/** Milliseconds since 1970, with their fraction, as nanoseconds. */
export function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1000)) * 1000n;
}
