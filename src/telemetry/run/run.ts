import type { VerdictRecord } from '../../golden/record.ts';

/** A run of tests as telemetry sees it: plain data, whatever the test runner. */
export interface TestRun {
  /** Name of the trace; stable from run to run. */
  name: string;
  /** Absolute folder of the project; no path outside of it leaves the machine. */
  root: string;
  cases: readonly TestCase[];
  /** E.g. `vitest 4.1.12`. */
  runner: string;
  /** The gate of the run, when there is one: what it decided and why. */
  gate?: { passed: boolean; message: string };
  /** How much of the prompts the goldens exercise, when it was measured: numbers from 0 to 1 or counts, by name. */
  coverage?: Readonly<Record<string, number>>;
  /** What a call costs more or less than before, in US dollars, when there is a price table. */
  cost?: { before: number; after: number };
}

/** One test. */
export interface TestCase {
  /** With its suites. */
  name: string;
  /** Its file, absolute. */
  file: string;
  /** Where it stands in the file, from 1. */
  line?: number;
  /** Name of the project in a workspace. */
  project?: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Milliseconds since 1970; left out where it did not run. */
  startedAt?: number;
  /** Milliseconds. */
  duration?: number;
  /** Times that it was tried again. */
  retries?: number;
  /** Why it was skipped. */
  note?: string;
  /** What went wrong, the first error first; texts without colours. */
  errors: readonly CaseError[];
  /** What was rendered in it. */
  renders: readonly VerdictRecord[];
}

/** An error of a test. */
export interface CaseError {
  name: string;
  message: string;
  /** Where the error brings a diff of its own. */
  diff?: string;
}
