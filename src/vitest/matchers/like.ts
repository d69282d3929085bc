import path from 'node:path';
import { expect } from 'vitest';
import { goldenPrefix } from '../../golden/capture.ts';
import { type EvaluateOptions, evaluate } from '../../golden/evaluate.ts';
import type { Expected } from '../../golden/golden.ts';
import { chain, type MaybePromise } from '../../golden/maybe.ts';
import { summarize } from '../../golden/record.ts';
import type { SourceMode } from '../../golden/source.ts';
import { isTrace, type Received } from '../../golden/subject.ts';
import { differs, passes } from '../../golden/verdict.ts';
import type { RenderOptions } from '../../poml/types.ts';
import { countVerdict, updateMode } from '../counters.ts';
import { settings } from '../settings.ts';
import { nextGoldenNumber, recordVerdict, testName } from '../task-meta.ts';
import { tools } from '../tools.ts';
import { verdictError } from '../verdict-error.ts';
import type { Outcome, Scope } from './outcome.ts';

/** Options of one `toRenderLike` that win over the plugin's and over what the trace tells. */
export interface RenderLikeOptions extends Omit<RenderOptions, 'context' | 'stylesheet'> {
  /** Which text of a trace's prompt to render. */
  source?: SourceMode;
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
  const { isNot, task, snapshotState } = scope;
  const { source, ...render } = options as RenderLikeOptions;
  const evaluation = evaluateOptions({ source, render });
  if (golden === undefined && !isTrace(received)) evaluation.own = ownGolden(scope);
  evaluation.update = isNot ? 'none' : updateMode(snapshotState);
  if (task && !isTrace(received)) evaluation.title = testName(task);
  // `evaluate` checks both and says what is wrong with them.
  return chain(
    evaluate(received as Received, golden as Expected | undefined, evaluation, tools()),
    (verdict) => {
      if (!isNot && task) {
        countVerdict(snapshotState, verdict, task.id);
        recordVerdict(task, summarize(verdict));
      }
      return {
        pass: isNot ? !differs(verdict) : passes(verdict),
        failure: () => verdictError(verdict, isNot),
      };
    },
  );
}

/** What the plugin's options, and a call's own, say about an evaluation. */
export function evaluateOptions(
  own: { source?: SourceMode | undefined; render?: EvaluateOptions['render'] } = {},
): EvaluateOptions {
  const { root, source, sourceRoots, now, roots } = settings();
  return {
    source: own.source ?? source,
    folders: [root, ...testFolder()],
    render: { moved: sourceRoots, ...(now !== undefined && { now }), ...(roots && { roots }), ...own.render },
  };
}

function testFolder(): string[] {
  const file = expect.getState().testPath;
  return file === undefined ? [] : [path.dirname(file)];
}

function ownGolden({ isNot, task }: Scope): string {
  if (isNot) {
    throw new TypeError(
      '.not.toRenderLike() needs to be told what the call must not render like: give it a golden.',
    );
  }
  if (!task) {
    throw new Error(
      'toRenderLike() finds the golden of a call by its test: call it inside a test, or give it a golden.',
    );
  }
  return goldenPrefix(task.file.filepath, testName(task), nextGoldenNumber(task));
}
