import { sessionLabel } from '../golden/subject.ts';
import type { PromptMatchers, RenderLikeOptions } from '../matchers/index.ts';
import { escapeLine } from '../report/escape.ts';
import type { Trace } from '../trace/types.ts';
import { loadSessions } from './loaders.ts';
import { jestGlobals } from './runner.ts';

/** A document or picture package that is loaded for the first time on a busy machine takes its seconds. */
const TRACE_TIMEOUT = 60_000;

/** Options of `goldenSuite`. */
export interface GoldenSuiteOptions extends Pick<RenderLikeOptions, 'source' | 'compare'> {
  /** Which traces to test (default: all). */
  filter?: (trace: Trace) => boolean;
}

/**
 * Defines one test per trace of the sessions: it renders the prompt again and holds it against the recording.
 *
 * @param globs Folders or globs from the project root; `!…` leaves out what it matches.
 * @throws TraceError when a glob matches nothing
 * @example
 * // prompts.test.js
 * const { goldenSuite } = require('vitest-poml/jest');
 *
 * goldenSuite('pomlruns/*', { filter: (trace) => trace.name === 'triage' });
 */
export function goldenSuite(globs: string | string[], options: GoldenSuiteOptions = {}): void {
  const { describe, test, expect } = jestGlobals();
  const { filter = () => true, ...like } = options;
  for (const session of loadSessions(globs)) {
    const traces = session.traces.filter(filter);
    if (traces.length === 0) continue;
    describe(escapeLine(sessionLabel(session.dir)), () => {
      for (const trace of traces) {
        const matched = () => expect(trace) as unknown as PromptMatchers;
        test(escapeLine(trace.id), () => matched().toRenderLike(undefined, like), TRACE_TIMEOUT);
      }
    });
  }
}
