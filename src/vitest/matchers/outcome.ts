import type { RunnerTestCase } from 'vitest';
import type { SnapshotState } from '../counters.ts';

/** What a matcher found. */
export interface Outcome {
  pass: boolean;
  /** The error to throw when this is not what was asked for. Called once, and only then. */
  failure(): Error;
}

/** What a matcher knows of where it was called. */
export interface Scope {
  /** Called as `.not`. */
  isNot: boolean;
  /** The running test; `undefined` outside of one. */
  task: RunnerTestCase | undefined;
  snapshotState: SnapshotState | undefined;
}
