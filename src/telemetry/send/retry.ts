import type { Answer } from './exchange.ts';

/** Answers that say "later"; all others would be the same again. */
const LATER = new Set([429, 502, 503, 504]);
/** Times that a request is sent at most. */
export const MAX_ATTEMPTS = 5;

const FIRST_MS = 1000;
const GROWTH = 1.5;
const LONGEST_MS = 5000;

/** Whether the answer asks to come again later. */
export function asksForRetry({ status }: Pick<Answer, 'status'>): boolean {
  return LATER.has(status);
}

/**
 * Milliseconds before the next attempt: what `Retry-After` says, else 1 s growing by half to 5 s, a little shorter by
 * chance, so that many runs do not come back at the same moment.
 *
 * @param attempt The one that has failed, from 1.
 * @param random Between 0 and 1.
 */
export function retryDelay(attempt: number, retryAfter: string | null, random: number): number {
  const asked = retryAfterMs(retryAfter, Date.now());
  if (asked !== undefined) return asked;
  return Math.min(LONGEST_MS, FIRST_MS * GROWTH ** (attempt - 1)) * (1 - random / 5);
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
