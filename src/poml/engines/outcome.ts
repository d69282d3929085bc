import { RenderError } from '../errors.ts';
import type { RenderedPrompt, RenderOptions } from '../types.ts';
import { EngineRendered } from './engine-rendered.ts';
import { type EngineFailure, toRenderError } from './failure.ts';
import type { Leavings, Workspace } from './workspace.ts';

/**
 * What came of a render: strict or not is decided here, for the engine always runs in strict mode, in which it
 * leaves the result of a failing call as well as its first error.
 *
 * @throws RenderError when the call failed and either nothing is left of it or `strict` is on
 */
export function conclude(
  { source }: Workspace,
  { result }: Leavings,
  failure: EngineFailure | undefined,
  options: RenderOptions,
): RenderedPrompt {
  const error = failure && toRenderError(failure, source);
  if (error && (result === undefined || (options.strict ?? true))) throw error;
  if (result === undefined) throw new RenderError('the engine ended without a result and without an error');
  try {
    return new EngineRendered(result, options.chat ?? true, error ? [error] : []);
  } catch (cause) {
    throw new RenderError('the engine left a result that is no JSON', undefined, undefined, { cause });
  }
}
