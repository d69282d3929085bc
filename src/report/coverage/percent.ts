import type { Tally } from '../../golden/coverage/index.ts';

/** How much was reached, in percent with one digit, rounded down: 100 only when it is all, 0 only when it is nothing. */
export function percent({ covered, total }: Tally): number {
  if (total === 0 || covered === total) return 100;
  return covered === 0 ? 0 : Math.max(0.1, Math.floor((covered / total) * 1000) / 10);
}
