import { randomBytes } from 'node:crypto';
import type { SpanPlace } from './sink.ts';

/** A place for a new span: below its parent, or at the root of a trace of its own. The ids are random. */
export function newSpan(parent: SpanPlace | undefined): SpanPlace {
  const spanId = randomId(8);
  return parent
    ? { traceId: parent.traceId, spanId, parentSpanId: parent.spanId }
    : { traceId: randomId(16), spanId };
}

/** Milliseconds since 1970, with their fraction. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** An id of zeros only means "none". */
function randomId(bytes: number): string {
  for (;;) {
    const id = randomBytes(bytes).toString('hex');
    if (/[^0]/.test(id)) return id;
  }
}
