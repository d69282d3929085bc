import type { Span, SpanBatch } from '../span.ts';

/** A way to write OTLP requests. */
export interface Encoding {
  contentType: string;
  /** One span, ready to be put into a request. */
  span(span: Span): Buffer;
  /** A whole request of spans that `span` has written. */
  request(sender: Pick<SpanBatch, 'resource' | 'scope'>, spans: readonly Buffer[]): Buffer;
}
