import { chain, isPromise } from '../golden/maybe.ts';
import type { Matcher, Outcome, PromptMatchers } from '../matchers/index.ts';
import { loadCore } from './load-core.ts';
import type { JestMatcherContext } from './matcher-scope.ts';
import { jestGlobals } from './runner.ts';
import { Unawaited } from './unawaited.ts';

interface MatcherResult {
  pass: boolean;
  message: () => string;
}

const NAMES = [
  'toRenderLike',
  'toRenderText',
  'toRenderMessages',
  'toRenderWithin',
  'toFailToRender',
] as const satisfies (keyof PromptMatchers)[];

/** Adds the matchers to Jest's `expect`. Where a prompt renders synchronously a matcher is done at once, with or without `await`. */
export function registerMatchers(): void {
  const { expect, afterEach } = jestGlobals();
  const unawaited = new Unawaited();
  const added = NAMES.map((name) => [
    name,
    function (this: JestMatcherContext, received: unknown, ...args: unknown[]) {
      const { matchers, scopeOf } = loadCore();
      const scope = scopeOf(this, new Error().stack);
      const matcher: Matcher = matchers[name];
      const found = chain<Outcome, MatcherResult>(matcher(scope, received, ...args), (outcome) =>
        settle(outcome, scope.isNot),
      );
      return isPromise(found) ? unawaited.matcherResult(found) : found;
    },
  ]);
  expect.extend(Object.fromEntries(added));
  // Inside of a test, where somebody may have loaded this late, Jest takes no hooks.
  if (expect.getState().currentTestName === undefined) afterEach(() => unawaited.settle());
}

/** Jest would print its own message; ours is thrown instead, and it turns `.not` around by itself. */
function settle(outcome: Outcome, isNot: boolean): MatcherResult {
  if (outcome.pass !== isNot) return { pass: !isNot, message: () => '' };
  throw outcome.failure();
}
