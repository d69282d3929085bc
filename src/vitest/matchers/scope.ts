import type { RunnerTestCase } from 'vitest';
import { expect } from 'vitest';
import type { Scope } from '../../matchers/scope.ts';
import { ANSI, PLAIN } from '../../report/index.ts';
import { useColour } from '../colour.ts';
import { type SnapshotState, updateMode } from '../counters.ts';
import { PromptError } from '../failure.ts';
import { noteVerdict } from '../found.ts';
import { settings } from '../settings.ts';
import { nextGoldenNumber, testName } from '../task-meta.ts';
import { tools } from '../tools.ts';

/** Where a matcher was called, as Vitest tells it. */
export interface MatcherCall {
  isNot: boolean;
  /** The running test; `undefined` outside of one. */
  task: RunnerTestCase | undefined;
  snapshotState: SnapshotState | undefined;
}

/** What is the same for all matchers of a test file. */
export function surroundings(): Pick<Scope, 'settings' | 'tools' | 'report' | 'testFile'> {
  const current = settings();
  return {
    settings: current,
    tools: tools(),
    report: { root: current.root, style: useColour() ? ANSI : PLAIN },
    testFile: expect.getState().testPath,
  };
}

/** The scope of one call of a matcher. */
export function scopeOf({ isNot, task, snapshotState }: MatcherCall): Scope {
  return {
    ...surroundings(),
    isNot,
    testName: task && testName(task),
    update: updateMode(snapshotState),
    nextGolden: () => (task ? nextGoldenNumber(task) : 1),
    found: (verdict) => (task ? noteVerdict(verdict, task, snapshotState) : undefined),
    equals: (actual, expected) => differenceOf(actual, expected) === undefined,
    mismatch: (actual, expected) => differenceOf(actual, expected) ?? new Error('The values are equal.'),
    error: (failure) => new PromptError(failure),
  };
}

function differenceOf(actual: unknown, expected: unknown): Error | undefined {
  try {
    expect(actual).toEqual(expected);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
