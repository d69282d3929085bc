import { newSpanId, newTraceId } from '../span-ids.ts';
import type { SpanPlace } from './sink.ts';

/** A place for a new span: below its parent, or at the root of a trace of its own. */
export function newSpan(parent: SpanPlace | undefined): SpanPlace {
  const spanId = newSpanId();
  return parent
    ? { traceId: parent.traceId, spanId, parentSpanId: parent.spanId }
    : { traceId: newTraceId(), spanId };
}

/** Milliseconds since 1970, with their fraction. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
