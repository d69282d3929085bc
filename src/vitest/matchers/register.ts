import type { RunnerTestCase } from 'vitest';
import { chai, expect } from 'vitest';
import { chain, isPromise, type MaybePromise } from '../../golden/maybe.ts';
import type { SnapshotState } from '../counters.ts';
import type { Outcome, Scope } from './outcome.ts';
import { awaitable } from './unawaited.ts';

/** A matcher before it is registered. */
export type Matcher = (scope: Scope, received: unknown, ...args: unknown[]) => MaybePromise<Outcome>;

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
  isNot: boolean;
  snapshotState?: SnapshotState;
}

/** Adds matchers to `expect`. Where a prompt renders synchronously a matcher is done at once, with or without `await`. */
export function registerMatchers(matchers: Record<string, Matcher>): void {
  expect.extend(
    Object.fromEntries(
      Object.entries(matchers).map(([name, matcher]) => [
        name,
        function (this: MatcherThis, received: unknown, call: unknown) {
          if (!(call instanceof Call)) {
            throw new TypeError(
              `${name} cannot stand inside of another value; use expect(prompt).${name}(…).`,
            );
          }
          const scope: Scope = { isNot: this.isNot, task: call.task, snapshotState: this.snapshotState };
          return chain(matcher(scope, received, ...call.args), (outcome) => settle(outcome, scope));
        },
      ]),
    ),
  );
  chai.use(({ Assertion }, utils) => {
    for (const name of Object.keys(matchers)) {
      utils.overwriteMethod(Assertion.prototype, name, (original: (call: Call) => unknown) => {
        return function (this: object, ...args: unknown[]) {
          const task: RunnerTestCase | undefined = utils.flag(this, 'vitest-test');
          const result = original.call(this, new Call(task, args));
          return !(result instanceof Assertion) && isPromise(result)
            ? awaitable(result as Promise<void>, task)
            : result;
        };
      });
    }
  });
}

/** Vitest would print its own message and diff; ours is thrown instead, and it turns `.not` around by itself. */
function settle(outcome: Outcome, { isNot }: Scope): { pass: boolean; message: () => string } {
  if (outcome.pass === isNot) throw outcome.failure();
  return { pass: !isNot, message: () => '' };
}
