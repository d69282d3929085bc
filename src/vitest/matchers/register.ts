import type { RunnerTestCase } from 'vitest';
import { chai, expect } from 'vitest';
import { chain, isPromise, type MaybePromise } from '../../golden/maybe.ts';
import type { Outcome } from '../../matchers/scope.ts';
import type { SnapshotState } from '../counters.ts';
import { PromptError } from '../failure.ts';
import type { MatcherCall } from './scope.ts';
import { awaitable } from './unawaited.ts';

/** A matcher before it is registered. */
export type Matcher = (call: MatcherCall, received: unknown, ...args: unknown[]) => MaybePromise<Outcome>;

/** The matchers by name. */
export const MATCHER_NAMES = [
  'toRenderLike',
  'toRenderText',
  'toRenderMessages',
  'toRenderWithin',
  'toFailToRender',
] as const;

/** A name of a matcher. */
export type MatcherName = (typeof MATCHER_NAMES)[number];

/** Gives what a matcher does, at once when it is loaded. */
export type LoadMatcher = (name: MatcherName) => MaybePromise<Matcher>;

/** A call as our method passes it to Vitest's: with the test it belongs to, which Vitest 3.2 does not tell, nor 4 with a global `expect`. */
class Call {
  readonly task: RunnerTestCase | undefined;
  readonly args: readonly unknown[];

  constructor(task: RunnerTestCase | undefined, args: readonly unknown[]) {
    this.task = task;
    this.args = args;
  }
}

interface MatcherThis {
  /** Left out, not `false`, where there is no `.not`. */
  isNot?: boolean;
  snapshotState?: SnapshotState;
}

/** Adds the matchers to `expect`. Where a prompt renders synchronously a matcher is done at once, with or without `await`. */
export function registerMatchers(load: LoadMatcher): void {
  expect.extend(
    Object.fromEntries(
      MATCHER_NAMES.map((name) => [
        name,
        function (this: MatcherThis, received: unknown, call: unknown) {
          if (!(call instanceof Call)) {
            throw new TypeError(
              `${name} cannot stand inside of another value; use expect(prompt).${name}(…).`,
            );
          }
          const here: MatcherCall = {
            isNot: this.isNot === true,
            task: call.task,
            snapshotState: this.snapshotState,
          };
          const outcome = chain(load(name), (matcher) => matcher(here, received, ...call.args));
          if (!isPromise(outcome)) return settle(outcome, here);
          // Taken now: when the promise settles, the call that led here is forgotten.
          const { stack } = new Error();
          return outcome.then((settled) => settle(settled, here, stack));
        },
      ]),
    ),
  );
  chai.use(({ Assertion }, utils) => {
    for (const name of MATCHER_NAMES) {
      utils.overwriteMethod(Assertion.prototype, name, (original: (call: Call) => unknown) => {
        return function (this: object, ...args: unknown[]) {
          const task: RunnerTestCase | undefined = utils.flag(this, 'vitest-test');
          const result = withLongStacks(() => original.call(this, new Call(task, args)));
          return !(result instanceof Assertion) && isPromise(result)
            ? awaitable(result as Promise<void>, task)
            : result;
        };
      });
    }
  });
}

/** Vitest would print its own message and diff; ours is thrown instead, and it turns `.not` around by itself. */
function settle(
  outcome: Outcome,
  { isNot }: MatcherCall,
  stack?: string,
): { pass: boolean; message: () => string } {
  if (outcome.pass !== isNot) return { pass: !isNot, message: () => '' };
  const error = outcome.failure();
  throw stack !== undefined && error instanceof PromptError ? PromptError.nameCall(error, stack) : error;
}

const FRAMES = 50;

/** Between a test and a matcher lie more frames of Vitest and Chai than a stack usually has. */
function withLongStacks<T>(step: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(limit, FRAMES);
  try {
    return step();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
