import type { Io } from './io.ts';

/** Tells on standard error how far a long piece of work is. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** Removes the line. */
  end(): void;
}

/** Nothing is said of work that is done sooner, milliseconds. */
const QUIET = 1000;
const INTERVAL = 100;

/** Progress of work on a number of things: on a terminal only, and not before a second has passed. */
export function progress(io: Pick<Io, 'err' | 'interactive'>, total: number, what: string): Progress {
  const start = Date.now();
  let done = 0;
  let shown = 0;
  return {
    step() {
      done++;
      const now = Date.now();
      if (!io.interactive || now - start < QUIET || now - shown < INTERVAL) return;
      shown = now;
      io.err(`\r${done} of ${total} ${what}\u001b[K`);
    },
    end() {
      if (shown > 0) io.err('\r\u001b[K');
    },
  };
}
