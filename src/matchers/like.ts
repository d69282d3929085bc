import { goldenPrefix } from '../golden/call-golden.ts';
import type { CompareOptions } from '../golden/compare-options.ts';
import { evaluate } from '../golden/evaluate.ts';
import type { Expected } from '../golden/golden.ts';
import { chain, type MaybePromise } from '../golden/maybe.ts';
import type { SourceMode } from '../golden/source.ts';
import { isTrace, type Received } from '../golden/subject.ts';
import { differs, passes } from '../golden/verdict.ts';
import type { RenderOptions } from '../poml/types.ts';
import { evaluateOptions } from './evaluation.ts';
import type { Outcome, Scope } from './scope.ts';
import { verdictFailure } from './verdict-failure.ts';

/** Options of one `toRenderLike` that win over the run's and over what the trace tells. */
export interface RenderLikeOptions extends Omit<RenderOptions, 'context' | 'stylesheet'> {
  /** Which text of a trace's prompt to render. */
  source?: SourceMode;
  /** What counts as the same beside equal bytes; each key wins over the project's. */
  compare?: CompareOptions;
}

/**
 * `toRenderLike`: renders and compares; in the right mode writes the golden. `.not` holds for a render that really
 * differs; it writes and counts nothing.
 */
export function toRenderLike(
  scope: Scope,
  received: unknown,
  golden?: unknown,
  options: unknown = {},
): MaybePromise<Outcome> {
  const { isNot, testName } = scope;
  const { source, compare, ...render } = options as RenderLikeOptions;
  const evaluation = evaluateOptions(scope, { source, compare, render });
  if (golden === undefined && !isTrace(received)) evaluation.own = ownGolden(scope);
  evaluation.update = isNot ? 'none' : scope.update;
  if (testName !== undefined && !isTrace(received)) evaluation.title = testName;
  // `evaluate` checks both and says what is wrong with them.
  return chain(
    evaluate(received as Received, golden as Expected | undefined, evaluation, scope.tools),
    (verdict) => {
      const like = isNot ? undefined : scope.found(verdict);
      return {
        pass: isNot ? !differs(verdict) : passes(verdict),
        failure: () => scope.error(verdictFailure(verdict, isNot, scope.report, like)),
      };
    },
  );
}

function ownGolden({ isNot, testFile, testName, nextGolden }: Scope): string {
  if (isNot) {
    throw new TypeError(
      '.not.toRenderLike() needs to be told what the call must not render like: give it a golden.',
    );
  }
  if (testFile === undefined || testName === undefined) {
    throw new Error(
      'toRenderLike() finds the golden of a call by its test: call it inside a test, or give it a golden.',
    );
  }
  return goldenPrefix(testFile, testName, nextGolden());
}
