import { EngineError } from '../poml/engines/error.ts';
import type { Trace } from '../trace/types.ts';
import { type EvaluateOptions, evaluate, evaluateAgainst } from './evaluate.ts';
import { type Golden, goldenOfRender, goldenOfTrace } from './golden.ts';
import { attempt, chain, type MaybePromise } from './maybe.ts';
import { subjectOf } from './prepare.ts';
import { asError, isRenderError } from './render.ts';
import { traceTitle } from './subject.ts';
import type { GoldenTools } from './tools.ts';
import type { Verdict } from './verdict.ts';

/** One way to render the calls of a session: with these prompts, or this engine. */
export interface RehearsalSide {
  options: EvaluateOptions;
  tools: GoldenTools;
}

/**
 * Renders a recorded call in two ways and holds the second against the first; the recording itself is not looked at.
 *
 * @returns A verdict whose golden is the first render. A call that fails in both ways with the same words is the same.
 * @throws EngineError when a side's engine cannot be used at all
 */
export function rehearse(trace: Trace, before: RehearsalSide, after: RehearsalSide): MaybePromise<Verdict> {
  const first = attempt<{ golden: Golden } | { thrown: unknown }>(
    () => {
      const { folders = [process.cwd()] } = before.options;
      const { markup = '', options } = subjectOf(
        trace,
        goldenOfTrace(trace),
        before.options,
        folders,
        before.tools,
      );
      return chain(before.tools.render(markup, options), (prompt) => ({
        golden: goldenOfRender(prompt, markup),
      }));
    },
    (thrown) => ({ thrown }),
  );
  return chain(first, (rendered) => {
    if ('golden' in rendered) {
      return chain(
        evaluateAgainst(trace, () => rendered.golden, after.options, after.tools),
        withEngine,
      );
    }
    const error = asError(rendered.thrown);
    if (error instanceof EngineError) throw error;
    return chain(evaluate(trace, undefined, { ...after.options, update: 'none' }, after.tools), (verdict) =>
      afterFailure(withEngine(verdict), error, trace),
    );
  });
}

/** An engine that cannot be used says nothing about any call. */
function withEngine(verdict: Verdict): Verdict {
  if (verdict.cause instanceof EngineError) throw verdict.cause;
  return verdict;
}

/** The verdict where the first render failed. */
function afterFailure(verdict: Verdict, before: Error, trace: Trace): Verdict {
  const reason = isRenderError(before) ? before.reason : before.message;
  const now = verdict.errors[0]?.reason ?? verdict.cause?.message;
  const failsAlike = verdict.actual === undefined && now === reason;
  return {
    ...verdict,
    title: traceTitle(trace),
    golden: undefined,
    goldenFiles: [],
    expectedJson: undefined,
    expectedText: undefined,
    differences: [],
    status: failsAlike ? 'same' : 'failed',
    reason: failsAlike
      ? `Both renders fail: ${reason}`
      : verdict.actual === undefined
        ? `Both renders fail, the first with: ${reason} The second with: ${now ?? verdict.reason}`
        : `The first render fails, the second does not: ${reason}`,
  };
}
