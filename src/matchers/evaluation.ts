import path from 'node:path';
import { type CompareOptions, type Tolerance, toleranceOf } from '../golden/compare-options.ts';
import type { EvaluateOptions } from '../golden/evaluate.ts';
import type { MaybePromise } from '../golden/maybe.ts';
import { renderReceived } from '../golden/render.ts';
import type { SourceMode } from '../golden/source.ts';
import { describeReceived, isReceived } from '../golden/subject.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { MatcherSettings, Scope } from './scope.ts';

/** What a call says for itself; it wins over the run's options. */
export interface OwnOptions {
  source?: SourceMode | undefined;
  compare?: CompareOptions | undefined;
  render?: EvaluateOptions['render'];
}

/** What the run's options, and a call's own, say about an evaluation. */
export function evaluateOptions(
  { settings, testFile }: Pick<Scope, 'settings' | 'testFile'>,
  own: OwnOptions = {},
): EvaluateOptions {
  const { source, sourceRoots, now, measures, allow } = settings;
  const roots = rootsOf(settings);
  return {
    source: own.source ?? source,
    tolerance: own.compare ? toleranceOf({ ...settings.compare, ...own.compare }) : toleranceOfRun(settings),
    root: settings.root,
    measures,
    allow,
    folders: testFile === undefined ? [settings.root] : [settings.root, path.dirname(testFile)],
    render: { moved: sourceRoots, ...(now !== undefined && { now }), ...(roots && { roots }), ...own.render },
  };
}

/** Where prompts may read files; `undefined` for the renderer's own: the prompt's folder and its project. */
function rootsOf({ root, roots, sourceRoots }: MatcherSettings): string[] | undefined {
  return roots && [root, ...Object.values(sourceRoots), ...roots];
}

const tolerances = new WeakMap<CompareOptions, Tolerance>();

/** The run's own, made once. Where nothing is set there is none, so that `.result.txt` is compared too. */
function toleranceOfRun({ compare }: MatcherSettings): Tolerance | undefined {
  if (Object.keys(compare).length === 0) return undefined;
  const tolerance = tolerances.get(compare) ?? toleranceOf(compare);
  tolerances.set(compare, tolerance);
  return tolerance;
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
  if (isReceived(received)) {
    return renderReceived(received, evaluateOptions(scope, { render: own }), scope.tools);
  }
  throw new TypeError(
    `Expected a trace, a call { prompt, context }, an imported .poml file or a rendered prompt, but got ${describeReceived(received)}.`,
  );
}
