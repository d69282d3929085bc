import type { UpdateMode } from '../golden/update.ts';
import type { Verdict } from '../golden/verdict.ts';

type Counter = 'added' | 'updated' | 'matched' | 'unmatched';

/** What is used of Jest's snapshot state. Goldens are counted in it, so that Jest's own summary shows them. */
export interface CounterState extends Record<Counter, number> {
  _updateSnapshot?: UpdateMode;
  /** From Jest 30.5 on: counts for a test, so that a retry takes its counts back. */
  _incrementSnapshotCount?(counter: Counter, test: unknown): void;
  /** From Jest 30.5 on: numbers the snapshots of a test; a retry starts anew. */
  _bumpCounter?(name: string, test: unknown): number;
  /** How many snapshots each test name has; emptied by a retry before Jest 30.5. */
  _counters?: Map<string, number>;
}

/** What this run may write: nothing with `--ci`, new goldens by default, all with `-u` or `u` in watch mode. */
export function updateMode(state: CounterState | undefined): UpdateMode {
  return state?._updateSnapshot ?? 'none';
}

/**
 * Counts a golden as one snapshot. A render that failed was not compared, and one that cannot be reproduced is skipped;
 * neither counts.
 *
 * @param test Jest's identity of the running test, from 30.5 on.
 */
export function countVerdict(
  state: CounterState | undefined,
  { status, accepted, allowed }: Pick<Verdict, 'status' | 'accepted' | 'allowed'>,
  test: unknown,
): void {
  const counter = allowed ? 'matched' : counterOf(status, accepted);
  if (!state || !counter) return;
  if (state._incrementSnapshotCount) state._incrementSnapshotCount(counter, test);
  else state[counter]++;
}

function counterOf(status: Verdict['status'], accepted: boolean): Counter | undefined {
  if (status === 'same') return 'matched';
  if (accepted) return status === 'new' ? 'added' : 'updated';
  return status === 'changed' || status === 'missing' ? 'unmatched' : undefined;
}

/** Number of a test's next own golden, from 1; tests of one name share one count, as in Jest's own snapshots. */
export function nextGoldenNumber(state: CounterState | undefined, testName: string, test: unknown): number {
  // Beside the numbers of the test's own snapshots, not among them.
  const name = `toRenderLike ${testName}`;
  if (state?._bumpCounter) return state._bumpCounter(name, test);
  const counters = state?._counters;
  const number = (counters?.get(name) ?? 0) + 1;
  counters?.set(name, number);
  return number;
}
