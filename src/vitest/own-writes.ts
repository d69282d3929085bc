import { statSync } from 'node:fs';
import type { Reporter, Vitest } from 'vitest/node';

/** File systems keep times coarser than the clock. */
const CLOCK_GRAIN_MS = 50;

const known = new WeakMap<Vitest, OwnWrites>();

/** What updating runs of a Vitest have written. */
export function ownWrites(vitest: Vitest): OwnWrites {
  const writes = known.get(vitest) ?? new OwnWrites(vitest);
  known.set(vitest, writes);
  return writes;
}

/**
 * Tells an update's own writes from those of others, so that `u` does not start one more run: a file that was
 * written while an updating run went on is one.
 */
class OwnWrites {
  #start = Number.POSITIVE_INFINITY;
  #end = Number.POSITIVE_INFINITY;

  constructor(vitest: Vitest) {
    const runs: Reporter = {
      onTestRunStart: () => {
        if (vitest.snapshot.options.updateSnapshot !== 'all') return;
        this.#start = Date.now() - CLOCK_GRAIN_MS;
        this.#end = Number.POSITIVE_INFINITY;
      },
      onTestRunEnd: () => {
        this.#end = Date.now() + CLOCK_GRAIN_MS;
      },
    };
    (vitest.config.reporters as unknown[]).push(runs);
  }

  has(file: string): boolean {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    return written !== undefined && written >= this.#start && written <= this.#end;
  }
}
