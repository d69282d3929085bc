import { Exemplars, passes } from '../golden/index.ts';
import type { MatcherTools, Scope } from '../matchers/index.ts';
import type { PomlSettings } from '../project/settings.ts';
import { makeTools } from '../project/tools.ts';
import { ANSI, PLAIN } from '../report/index.ts';
import { useColour } from './colour.ts';
import { type CounterState, countVerdict, nextGoldenNumber, updateMode } from './counters.ts';
import { promptError } from './prompt-error.ts';
import { jestGlobals } from './runner.ts';
import { readSettings } from './settings.ts';

/** What Jest gives to a matcher as `this`; only what is used. */
export interface JestMatcherContext {
  isNot?: boolean;
  testPath?: string;
  currentTestName?: string;
  /** In Jest 30.5: the running test, which a retry shares with the first try. */
  currentTestIdentity?: unknown;
  snapshotState?: CounterState;
  customTesters?: readonly unknown[];
  equals(a: unknown, b: unknown, testers?: readonly unknown[]): boolean;
  utils: { iterableEquality?: unknown };
}

let run: { settings: PomlSettings; tools: MatcherTools; exemplars: Exemplars } | undefined;

/** Settings and tools of this test file: Jest loads this module anew for each. */
export function surroundings(): NonNullable<typeof run> {
  if (!run) {
    const settings = readSettings();
    run = { settings, tools: makeTools(settings), exemplars: new Exemplars() };
  }
  return run;
}

/** The scope of one call of a matcher. */
export function scopeOf(context: JestMatcherContext, callSite: string | undefined): Scope {
  const { settings, tools, exemplars } = surroundings();
  const { testPath: testFile, currentTestName: testName, snapshotState: state } = context;
  const given = context.currentTestIdentity;
  const test: unknown = typeof given === 'function' ? given() : given;
  return {
    isNot: context.isNot === true,
    settings,
    tools,
    report: { root: settings.root, style: useColour() ? ANSI : PLAIN },
    testFile,
    testName,
    update: updateMode(state),
    nextGolden: () => nextGoldenNumber(state, testName ?? '', test),
    found(verdict) {
      countVerdict(state, verdict, test);
      return passes(verdict) ? undefined : exemplars.like(verdict);
    },
    equals(actual, expected) {
      const own = context.utils.iterableEquality;
      return context.equals(actual, expected, [...(context.customTesters ?? []), ...(own ? [own] : [])]);
    },
    mismatch(actual, expected) {
      try {
        jestGlobals().expect(actual).toEqual(expected);
      } catch (error) {
        return error as Error;
      }
      return promptError({ message: 'toRenderMessages: the prompt renders to other messages.' }, callSite);
    },
    error: (failure) => promptError(failure, callSite),
  };
}
