import type { TestContext } from 'vitest';
import { expect } from 'vitest';
import { evaluate } from '../golden/evaluate.ts';
import { chain, type MaybePromise } from '../golden/maybe.ts';
import { passes } from '../golden/verdict.ts';
import { evaluateOptions } from '../matchers/evaluation.ts';
import type { RenderLikeOptions } from '../matchers/like.ts';
import { verdictFailure } from '../matchers/verdict-failure.ts';
import { loadSession } from '../trace/session.ts';
import type { Trace } from '../trace/types.ts';
import { type SnapshotState, updateMode } from './counters.ts';
import { PromptError } from './failure.ts';
import { noteVerdict } from './found.ts';
import { surroundings } from './matchers/scope.ts';
import { currentModule } from './worker-task.ts';

/** A document or picture package that is loaded for the first time on a busy machine takes its seconds. */
export const TRACE_TIMEOUT = 60_000;

/** What the generated test module of a session uses. */
export interface SessionTests {
  /** The test of the trace with this id. */
  run(id: string): (context: TestContext) => MaybePromise<void>;
  /** Milliseconds. */
  timeout: number;
}

/**
 * The tests of a session.
 *
 * @param dir Absolute folder of the session.
 * @param name Shown for the test module in place of its file's name, which is that of one trace among many.
 */
export function sessionTests({ dir, name }: { dir: string; name: string }): SessionTests {
  nameModule(name);
  let traces: ReadonlyMap<string, Trace> | undefined;
  return {
    timeout: TRACE_TIMEOUT,
    run: (id) => (context) => {
      traces ??= new Map(loadSession(dir).traces.map((trace) => [trace.id, trace]));
      const trace = traces.get(id);
      if (!trace) throw new Error(`The trace ${id} is gone from ${dir}.`);
      return traceTest(trace, context);
    },
  };
}

/**
 * The test of one trace: renders it and holds it against its recording. Skips where the recorded context is not what
 * went into the call.
 */
export function traceTest(
  trace: Trace,
  { task, skip }: TestContext,
  own: Pick<RenderLikeOptions, 'source' | 'compare'> = {},
): MaybePromise<void> {
  const state: SnapshotState | undefined = expect.getState().snapshotState;
  const scope = surroundings();
  const options = { ...evaluateOptions(scope, own), update: updateMode(state) };
  return chain(evaluate(trace, undefined, options, scope.tools), (verdict) => {
    const like = noteVerdict(verdict, task, state);
    if (verdict.status === 'unreproducible') skip(verdict.reason);
    if (!passes(verdict))
      throw new PromptError(verdictFailure(verdict, false, scope.report, like), { ownTest: true });
  });
}

/** Shows a module under another name than that of its file. */
function nameModule(name: string): void {
  const module = currentModule();
  if (module) module.name = name;
}
