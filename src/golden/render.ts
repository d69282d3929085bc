import type { FileErrorCode } from '../poml/assets/fs.ts';
import { FileError } from '../poml/assets/fs.ts';
import { OptionalPackageError } from '../poml/assets/optional.ts';
import { RenderError } from '../poml/errors.ts';
import { ExpressionBudgetError } from '../poml/expression/errors.ts';
import { isError } from '../poml/is-error.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { Golden } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { attempt, chain } from './maybe.ts';
import type { EvaluateOptions } from './prepare.ts';
import { subjectOf } from './prepare.ts';
import type { Received } from './subject.ts';
import type { GoldenTools, Render } from './tools.ts';

/** How a render ended: with a prompt, or with what was thrown. */
export type RenderOutcome = { prompt: RenderedPrompt } | { prompt?: undefined; thrown: unknown };

/** Renders, a failure being an outcome like any other. */
export function tryRender(
  render: Render,
  markup: string,
  options: RenderOptions,
): MaybePromise<RenderOutcome> {
  return attempt<RenderOutcome>(
    () => chain(render(markup, options), (prompt) => ({ prompt })),
    (thrown) => ({ thrown }),
  );
}

/** Whether something thrown is a `RenderError`, also one of another copy of the package (another realm, a mock reset). */
export function isRenderError(error: unknown): error is RenderError {
  return (
    error instanceof RenderError ||
    (error instanceof Error &&
      error.name === 'RenderError' &&
      typeof (error as RenderError).reason === 'string')
  );
}

/**
 * What hindered a render from being the prompt's: a package that is missing, a file outside the folders that may be
 * read, a budget of the sandbox. POML itself would have gone on, so such a render must neither count as changed
 * nor, above all, be accepted as a golden with holes.
 */
export function hindrance(errors: readonly Error[]): Error | undefined {
  for (const error of errors) {
    let cause: unknown = error;
    for (let depth = 0; cause instanceof Error && depth < MAX_CAUSES; depth++) {
      if (isHindrance(cause)) return cause;
      cause = cause.cause;
    }
  }
  return undefined;
}

const MAX_CAUSES = 10;
/** Files that POML would have read, or tried to. */
const OUR_LIMITS: ReadonlySet<FileErrorCode> = new Set(['EOUTSIDE', 'ETOOBIG', 'EURL']);

function isHindrance(error: Error): boolean {
  return (
    error instanceof OptionalPackageError ||
    error instanceof ExpressionBudgetError ||
    (error instanceof FileError && OUR_LIMITS.has(error.code))
  );
}

/** Something thrown as an `Error`. */
export function asError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(String(thrown));
}

/**
 * Renders what a matcher was given, with nothing to hold it against: a trace as it did when it was recorded
 * (`strict: false`), a call in strict mode; `options.render` wins over both.
 *
 * @throws RenderError when the prompt fails, SourceGoneError, TraceError; the promise rejects with the same.
 */
export function renderReceived(
  received: Received,
  options: EvaluateOptions,
  tools: GoldenTools,
): MaybePromise<RenderedPrompt> {
  const subject = subjectOf(received, NO_GOLDEN, options, options.folders ?? [process.cwd()], tools);
  return subject.rendered ?? tools.render(subject.markup ?? '', subject.options);
}

const NO_GOLDEN: Golden = {
  kind: 'path',
  json: undefined,
  text: undefined,
  prefix: undefined,
  label: 'no golden',
  failureExpected: false,
  recordedAt: undefined,
};
