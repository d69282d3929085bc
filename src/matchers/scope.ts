import type { ChangeClass } from '../golden/classes.ts';
import type { CompareOptions } from '../golden/compare-options.ts';
import type { MaybePromise } from '../golden/maybe.ts';
import type { Measures } from '../golden/measure.ts';
import type { SourceMode } from '../golden/source.ts';
import type { GoldenTools } from '../golden/tools.ts';
import type { UpdateMode } from '../golden/update.ts';
import type { Verdict } from '../golden/verdict.ts';
import type { ReportOptions } from '../report/index.ts';

/** What the options of a run say to the matchers. */
export interface MatcherSettings {
  /** Absolute folder that relative paths start in. */
  root: string;
  /** Which text of a trace's prompt is rendered. */
  source: SourceMode;
  /** Folders of the recording machine and where they are here. */
  sourceRoots: Record<string, string>;
  /** What `Date` takes for now: milliseconds since 1970. */
  now: number | undefined;
  /** Further folders that files may be read from, absolute. */
  roots: string[] | undefined;
  /** What counts as the same beside equal bytes. */
  compare: CompareOptions;
  /** What is found out about each render beside. */
  measures: Measures;
  /** Kinds of change that let a test pass. */
  allow: readonly ChangeClass[];
}

/** What the golden layer is given, the tokenizer always among it. */
export type MatcherTools = GoldenTools & Required<Pick<GoldenTools, 'countTokens'>>;

/** A place in a file; lines and columns from 1. */
export interface Place {
  file?: string | undefined;
  line: number;
  column: number;
}

/** What an error of a matcher is made of. */
export interface Failure {
  /** Safe to print. */
  message: string;
  /** The diff or the details, in colour where the run is; safe to print. */
  diff?: string | undefined;
  /** Whole texts, for editors that show them side by side. */
  expected?: string | undefined;
  actual?: string | undefined;
  /** Where in the prompts the cause is, the likeliest first. */
  places?: readonly Place[] | undefined;
  cause?: unknown;
}

/** Where a matcher was called, and what the test runner lends it. Every adapter makes its own. */
export interface Scope {
  /** Called as `.not`. */
  isNot: boolean;
  settings: MatcherSettings;
  tools: MatcherTools;
  /** How errors are worded in this run. */
  report: ReportOptions;
  /** Absolute path of the running test file; `undefined` outside of one. */
  testFile: string | undefined;
  /** Full name of the running test with its suites; `undefined` outside of one. */
  testName: string | undefined;
  /** What may be written. */
  update: UpdateMode;
  /** Number of the running test's next own golden, from 1. Each call takes one. */
  nextGolden(): number;
  /**
   * Takes note of a verdict for the run's summary and reports. Not called for `.not`.
   *
   * @returns The title of a verdict that has shown the same, so that this one may be told in a line.
   */
  found(verdict: Verdict): string | undefined;
  /** The test runner's own equality, asymmetric matchers included. */
  equals(actual: unknown, expected: unknown): boolean;
  /** The test runner's own error for values that are not equal. */
  mismatch(actual: unknown, expected: unknown): Error;
  /** An error that the test runner prints as it is meant. */
  error(failure: Failure): Error;
}

/** What a matcher found. */
export interface Outcome {
  pass: boolean;
  /** The error to throw when this is not what was asked for. Called once, and only then. */
  failure(): Error;
}

/** A matcher, whatever the test runner. At once where the prompt renders without waiting. */
export type Matcher = (scope: Scope, received: unknown, ...args: unknown[]) => MaybePromise<Outcome>;
