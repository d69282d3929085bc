import type { Span, SpanBatch } from '../span.ts';
import type { Encoding } from './encoding.ts';

/** Bounds of one request; collectors take more, but not all of them. */
export const MAX_SPANS = 512;
export const MAX_BYTES = 4 * 1024 * 1024;

/** One request: its spans, and its bytes. */
export interface SpanRequest {
  spans: readonly Span[];
  body: Buffer;
}

/**
 * Spreads spans over requests within the bounds.
 *
 * @returns `tooLarge`: spans that alone exceed a request; they cannot be sent.
 */
export function requestsOf(
  batch: SpanBatch,
  encoding: Encoding,
  limits: { spans: number; bytes: number } = { spans: MAX_SPANS, bytes: MAX_BYTES },
): { requests: SpanRequest[]; tooLarge: Span[] } {
  const requests: SpanRequest[] = [];
  const tooLarge: Span[] = [];
  const frame = encoding.request(batch, []).length + FRAME_GROWTH;
  let open: { span: Span; bytes: Buffer }[] = [];
  let size = frame;
  const close = () => {
    if (open.length === 0) return;
    const spans = open.map(({ span }) => span);
    requests.push({
      spans,
      body: encoding.request(
        batch,
        open.map(({ bytes }) => bytes),
      ),
    });
    open = [];
    size = frame;
  };
  for (const span of batch.spans) {
    const bytes = encoding.span(span);
    const added = bytes.length + 1;
    if (frame + added > limits.bytes) {
      tooLarge.push(span);
      continue;
    }
    if (open.length >= limits.spans || size + added > limits.bytes) close();
    open.push({ span, bytes });
    size += added;
  }
  close();
  return { requests, tooLarge };
}

/** The lengths in front of protobuf messages grow with what is in them. */
const FRAME_GROWTH = 16;
