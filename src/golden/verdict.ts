import type { RenderError } from '../poml/errors.ts';
import type { RenderedPrompt, SourceLocation, Speaker } from '../poml/types.ts';
import type { Cause } from './causes.ts';
import type { ChangeClass } from './classes.ts';
import type { Thumbnails } from './thumbnails.ts';
import type { TokenChange } from './tokens.ts';
import type { GoldenFile } from './update.ts';

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

/** Where the rendered text came from. */
export interface ResolvedSource {
  kind: SubjectSource;
  /** The file rendered live, or the recorded `.poml`; `undefined` for markup given as a string. */
  path: string | undefined;
  /** Why `auto` did not render live. */
  whyNotLive?: string;
}

/** One difference between golden and render, by place. */
export interface Difference {
  /**
   * E.g. `messages[1]`, `messages[1].speaker`, `messages[1].content`, `schema.properties.to`,
   * `tools.search.description`, `runtime.temperature`, `result.txt`. Positions in lists count from 0 in the
   * render; those of something removed count in the golden.
   */
  path: string;
  /** `moved`: the same value in another place, or the same keys or tools in another order. */
  kind: 'added' | 'removed' | 'changed' | 'moved';
  expected?: unknown;
  actual?: unknown;
  /** Who says the message that the difference lies in; not set in plain content, schema, tools and runtime. */
  speaker?: Speaker;
  /** For something moved: its path in the golden. */
  from?: string;
  /** More in words, e.g. how far two pictures are apart. */
  note?: string;
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
  /** Absolute folder of the session, for a trace. */
  session: string | undefined;
  /** Id of the trace within its session (`0007.triage`), for a trace. */
  trace: string | undefined;
  source: ResolvedSource | undefined;
  /** The text that was rendered; `undefined` for a prompt that the test has rendered itself. */
  markup: string | undefined;
  /** The render; `undefined` when it threw. */
  actual: RenderedPrompt | undefined;
  /** Bytes of the golden and of the render, as in `.result.json` and `.result.txt`. */
  expectedJson: string | undefined;
  expectedText: string | undefined;
  actualJson: string | undefined;
  actualText: string | undefined;
  /** The text that the golden was rendered from, where it was looked at. */
  expectedMarkup?: string;
  differences: Difference[];
  /** What options of the comparison had to forgive for it to be the same, in words, e.g. `2 uuids scrubbed`. */
  tolerated: string[];
  /**
   * Errors that strict mode raises: the recorded call raised, or raises now. When the render itself threw,
   * the thrown error is here.
   */
  errors: RenderError[];
  /** What was thrown and is no `RenderError`: a broken file, a missing package, a bug. */
  cause: Error | undefined;
  /** One sentence for people, always set unless the status is `same`. */
  reason: string;
  /** Path of the golden without suffix, absolute; `undefined` when the golden is not on disk. */
  golden: string | undefined;
  /** Files the golden consists of, absolute; also those that would be written for one that is not there yet. */
  goldenFiles: string[];
  /** What accepting the render would write; empty where there is nothing to accept, or it was accepted. */
  proposal: GoldenFile[];
  /** Whether the render was accepted as the golden, so that the test passes. */
  accepted: boolean;
  /** Whether the change is of a kind that the run allows, so that the test passes though nothing was written. */
  allowed?: boolean;
  /** Tokens of golden and render; not set where they were not counted. */
  tokens?: TokenChange;
  /** Why tokens that were asked for could not be counted. */
  noTokens?: string;
  /** How many warnings the render has; not set where they were not counted. */
  warnings?: number;
  /** Files that were written, absolute; empty when their bytes were right already. */
  written: string[];
  /** What made it change or fail; empty for one that is the same. */
  causes: Cause[];
  /** The classes of its differences. */
  classes: ChangeClass[];
  /** Small versions of large pictures that differ, for whoever shows them. */
  thumbnails?: Thumbnails;
}

/** Whether a verdict lets its test pass. An unreproducible trace is skipped with its reason, never red. */
export function passes(verdict: Pick<Verdict, 'status' | 'accepted' | 'allowed'>): boolean {
  return (
    verdict.status === 'same' ||
    verdict.status === 'unreproducible' ||
    verdict.accepted ||
    verdict.allowed === true
  );
}

/** Whether a verdict satisfies the negated matcher: only a render that really differs does, never a broken file. */
export function differs(verdict: Pick<Verdict, 'status'>): boolean {
  return verdict.status === 'changed';
}
