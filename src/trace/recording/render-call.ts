import { dirname } from 'node:path';
import { RenderError } from '../../poml/errors.ts';
import { projectRoots } from '../../poml/roots.ts';
import type { RenderedPrompt, RenderOptions } from '../../poml/types.ts';
import type { CallInput } from './input.ts';

/** What became of a render: a prompt with holes beside the error where POML has one too. */
export interface CallOutcome {
  prompt: RenderedPrompt | undefined;
  failure: { error: unknown } | undefined;
}

/** What of a render a call may set. */
export type CallRenderOptions = Pick<RenderOptions, 'chat' | 'roots' | 'trust' | 'budget'>;

/**
 * Renders a call as POML does in strict mode: it goes on after errors, so that there is a result to record, and fails with
 * the first of them. The context of the input is changed as the template changes it.
 */
export async function renderCall(input: CallInput, options: CallRenderOptions): Promise<CallOutcome> {
  const { chat, roots, trust, budget } = options;
  // Loaded by the first call: most who import this module only read sessions.
  const { render } = await import('../../poml/render.ts');
  try {
    const prompt = await render(input.markup, {
      context: input.context?.value ?? {},
      changesContext: true,
      stylesheet: input.stylesheet?.value ?? {},
      sourcePath: input.sourcePath,
      strict: false,
      roots: roots ?? defaultRoots(input),
      ...(chat !== undefined && { chat }),
      ...(trust !== undefined && { trust }),
      ...(budget !== undefined && { budget }),
    });
    const [error] = prompt.errors;
    return { prompt, failure: error && { error: named(error, input) } };
  } catch (error) {
    return { prompt: undefined, failure: { error: named(error, input) } };
  }
}

/** An error in a prompt that was given as text, without the file that stands for it and that nobody can open. */
function named(error: unknown, { path, sourcePath, markup }: CallInput): unknown {
  if (path !== undefined || !(error instanceof RenderError) || error.file !== sourcePath) return error;
  const location = error.location && { ...error.location, file: undefined };
  return new RenderError(error.reason, location, markup, { cause: error.cause });
}

/** An application may read its own files, wherever the prompt that names them lies. */
function defaultRoots({ path, sourcePath }: CallInput): string[] {
  const own = path === undefined ? [] : projectRoots(dirname(sourcePath));
  return [...new Set([...own, ...projectRoots(process.cwd())])];
}
