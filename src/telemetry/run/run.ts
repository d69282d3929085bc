import type { VerdictRecord } from '../../golden/record.ts';
import type { RunModel } from '../../report/model/index.ts';

/** A run of tests as telemetry sees it: plain data, whatever the test runner. */
export interface TestRun {
  /** Name of the trace; stable from run to run. */
  name: string;
  /** Absolute folder of the project; no path outside of it leaves the machine. */
  root: string;
  cases: readonly TestCase[];
  /** How many test files could not be loaded, of whatever tests: what would have been in them is not known. */
  brokenFiles: number;
  /** E.g. `vitest 4.1.12`. */
  runner: string;
  /** What the prompt report says of the run: gates, tokens, cost, causes; left out where there is none. */
  model?: RunModel;
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
