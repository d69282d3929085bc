import type { Figure } from './figure.ts';
/** Time of one call in microseconds: the best of several rounds, so that other work on the machine counts least. */
export function timeOf(call: () => void, { rounds = 5, milliseconds = 4 } = {}): number {
  for (let warm = 0; warm < 20; warm++) call();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    const start = performance.now();
    let elapsed = 0;
    do {
      call();
      calls++;
      elapsed = performance.now() - start;
    } while (elapsed < milliseconds);
    best = Math.min(best, (elapsed / calls) * 1000);
  }
  return best;
}

/** The same for calls that return a promise. */
export async function timeOfAsync(
  call: () => Promise<unknown>,
  { rounds = 3, milliseconds = 8 } = {},
): Promise<number> {
  for (let warm = 0; warm < 3; warm++) await call();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    const start = performance.now();
    let elapsed = 0;
    do {
      await call();
      calls++;
      elapsed = performance.now() - start;
    } while (elapsed < milliseconds);
    best = Math.min(best, (elapsed / calls) * 1000);
  }
  return best;
}

/** The mean that fits ratios: the nth root of their product. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The value that a share of all values stays below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** The median of ratios of whole runs, with their spread. */
export function ratioOf(id: string, what: string, values: readonly number[], atMost?: number): Figure {
  return {
    id,
    what,
    value: quantile(values, 0.5),
    unit: '×',
    spread: [Math.min(...values), Math.max(...values)],
    ...(atMost !== undefined && { target: { bound: 'at most', value: atMost } }),
  };
}
