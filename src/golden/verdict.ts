import type { RenderError } from '../poml/errors.ts';
import type { RenderedPrompt, SourceLocation } from '../poml/types.ts';

/** How a render stands to its golden. */
export type VerdictStatus =
  | 'same'
  | 'changed'
  /** No golden yet; it may be written. */
  | 'new'
  /** No golden, and none may be written. */
  | 'missing'
  /** The render failed, or an expected failure did not come, or a file is broken. */
  | 'failed'
  /** The template changes its own context, so the recorded context is not what went in. */
  | 'unreproducible';

/** Which text of the prompt was rendered: the file as it is now, or the one in the session. */
export type SubjectSource = 'live' | 'recorded';

export interface ResolvedSource {
  kind: SubjectSource;
  /** The file rendered live, or the recorded `.poml`. */
  path: string | undefined;
  /** Why `auto` did not render live. */
  whyNotLive?: string;
}

/** One difference between golden and render, by place. */
export interface Difference {
  /** E.g. `messages[1]`, `messages[1].speaker`, `schema.properties.to`, `runtime.temperature`. */
  path: string;
  kind: 'added' | 'removed' | 'changed';
  expected?: unknown;
  actual?: unknown;
  /** Where in the sources the actual value comes from. */
  location?: SourceLocation;
}

/**
 * What a golden test found. The one value that flows from `golden/` into matchers, reports and telemetry;
 * no other layer renders or compares again.
 */
export interface Verdict {
  status: VerdictStatus;
  /** Shown name: `support-triage › 0007.triage`, or the test's name for a call. */
  title: string;
  /** Name of the prompt, for grouping. */
  prompt: string;
  source: ResolvedSource | undefined;
  /** The render; `undefined` when it threw. */
  actual: RenderedPrompt | undefined;
  /** Bytes of the golden and of the render, as in `.result.json` and `.result.txt`. */
  expectedJson: string | undefined;
  expectedText: string | undefined;
  actualJson: string | undefined;
  actualText: string | undefined;
  differences: Difference[];
  /** Errors that strict mode would raise: the recorded call raised, or raises now. */
  errors: RenderError[];
  /** One sentence for people, always set unless the status is `same`. */
  reason: string;
  /** Files the golden consists of, absolute. */
  goldenFiles: string[];
}
