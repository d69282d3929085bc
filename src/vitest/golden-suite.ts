import { describe, test } from 'vitest';
import { sessionLabel } from '../golden/subject.ts';
import type { RenderLikeOptions } from '../matchers/like.ts';
import { escapeLine } from '../report/escape.ts';
import { loadSessions } from '../trace/index.ts';
import type { Trace } from '../trace/types.ts';
import { TRACE_TIMEOUT, traceTest } from './session-tests.ts';
import { settings } from './settings.ts';

/** Options of `goldenSuite`. */
export interface GoldenSuiteOptions extends Pick<RenderLikeOptions, 'source' | 'compare'> {
  /** Which traces to test (default: all). */
  filter?: (trace: Trace) => boolean;
}

/**
 * Defines one test per trace of the sessions: what the plugin's option `sessions` does without a test file.
 *
 * @param globs Folders or globs from the project root, as in the option `sessions`.
 * @throws TraceError when a glob matches nothing
 * @example
 * // prompts.test.ts
 * import { goldenSuite } from 'vitest-poml';
 *
 * goldenSuite('pomlruns/*', { filter: (trace) => trace.name === 'triage' });
 */
export function goldenSuite(globs: string | string[], options: GoldenSuiteOptions = {}): void {
  const { filter, ...like } = options;
  for (const session of loadSessions(globs, { cwd: settings().root })) {
    const traces = filter ? session.traces.filter(filter) : session.traces;
    if (traces.length === 0) continue;
    describe(escapeLine(sessionLabel(session.dir)), () => {
      for (const trace of traces) {
        test(escapeLine(trace.id), (context) => traceTest(trace, context, like), TRACE_TIMEOUT);
      }
    });
  }
}
