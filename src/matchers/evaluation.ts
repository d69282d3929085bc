import path from 'node:path';
import type { EvaluateOptions } from '../golden/evaluate.ts';
import type { MaybePromise } from '../golden/maybe.ts';
import { renderReceived } from '../golden/render.ts';
import type { SourceMode } from '../golden/source.ts';
import { describeReceived, isCall, isPomlModule, isRendered, isTrace } from '../golden/subject.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { Scope } from './scope.ts';

/** What the run's options, and a call's own, say about an evaluation. */
export function evaluateOptions(
  { settings, testFile }: Pick<Scope, 'settings' | 'testFile'>,
  own: { source?: SourceMode | undefined; render?: EvaluateOptions['render'] } = {},
): EvaluateOptions {
  const { root, source, sourceRoots, now, roots } = settings;
  return {
    source: own.source ?? source,
    folders: testFile === undefined ? [root] : [root, path.dirname(testFile)],
    render: { moved: sourceRoots, ...(now !== undefined && { now }), ...(roots && { roots }), ...own.render },
  };
}

/**
 * The prompt that a matcher was given, rendered: a trace as it did when it was recorded, a call in strict mode.
 *
 * @throws TypeError when it was given nothing of the kind, RenderError when the render fails
 */
export function renderSubject(
  scope: Pick<Scope, 'settings' | 'testFile' | 'tools'>,
  received: unknown,
  own: Pick<RenderOptions, 'strict'> = {},
): MaybePromise<RenderedPrompt> {
  if (isTrace(received) || isCall(received) || isPomlModule(received) || isRendered(received)) {
    return renderReceived(received, evaluateOptions(scope, { render: own }), scope.tools);
  }
  throw new TypeError(
    `Expected a trace, a call { prompt, context }, an imported .poml file or a rendered prompt, but got ${describeReceived(received)}.`,
  );
}
