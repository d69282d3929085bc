import type { UpdateMode } from '../golden/update.ts';
import type { Verdict } from '../golden/verdict.ts';

/** A counter of Vitest's snapshot state, keyed by test. */
interface Counter {
  increment(key: string): void;
}

/** What is used of Vitest's snapshot state, the same in 3.2, 4 and 5. Goldens are counted in it, so that Vitest's own summary shows them. */
export interface SnapshotState {
  added: Counter;
  updated: Counter;
  matched: Counter;
  unmatched: Counter;
}

/** What this run may write: nothing in CI, new goldens by default, all with `--update` or `u` in watch mode. */
export function updateMode(state: SnapshotState | undefined): UpdateMode {
  // Public from 4.1 on; the other name, private, has been there all the time.
  const modes = state as { snapshotUpdateState?: UpdateMode; _updateSnapshot?: UpdateMode } | undefined;
  return modes?.snapshotUpdateState ?? modes?._updateSnapshot ?? 'none';
}

/**
 * Counts a golden as one snapshot. Vitest forgets the counts of a test that it tries again, by the test's id.
 *
 * A render that failed was not compared, and one that cannot be reproduced is skipped; neither counts.
 */
export function countVerdict(
  state: SnapshotState | undefined,
  { status, accepted, allowed }: Pick<Verdict, 'status' | 'accepted' | 'allowed'>,
  taskId: string,
): void {
  if (status === 'same' || allowed) state?.matched.increment(taskId);
  else if (accepted) (status === 'new' ? state?.added : state?.updated)?.increment(taskId);
  else if (status === 'changed' || status === 'missing') state?.unmatched.increment(taskId);
}
