import { ReadError, type Reader } from '../read/api.ts';
import type { Span } from '../span.ts';

/** How long AgentOps may take to store what its collector has taken: five minutes in its queue, and some more. */
const SETTLED_MS = 330_000;

/** What the backend has of spans that may have arrived. */
export type Stored =
  /** `missing` never arrived and may be sent. */
  | { found: Span[]; missing: Span[] }
  /** It cannot be said, and why. */
  | { unknown: string };

/**
 * Looks up which spans have arrived.
 *
 * @param since When they were sent, milliseconds since 1970. What is not there so soon after may still be on its way.
 */
export async function lookUp(
  reader: Reader,
  spans: readonly Span[],
  since: number,
  now: number,
): Promise<Stored> {
  const stored = new Set<string>();
  try {
    for (const traceId of new Set(spans.map((span) => span.traceId))) {
      const trace = await reader.trace(traceId);
      for (const { spanId } of trace?.spans ?? []) stored.add(spanId);
    }
  } catch (error) {
    if (error instanceof ReadError) return { unknown: error.message };
    throw error;
  }
  const found = spans.filter(({ spanId }) => stored.has(spanId));
  const missing = spans.filter(({ spanId }) => !stored.has(spanId));
  const wait = since + SETTLED_MS - now;
  if (missing.length > 0 && wait > 0)
    return { unknown: `it may still be on its way; try again in ${Math.ceil(wait / 60_000)} min` };
  return { found, missing };
}
