import { readFileSync } from 'node:fs';
import { isPromise } from '../golden/maybe.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import { settings } from './settings.ts';
import { tools } from './tools.ts';

/** A prompt file as a module: `import triage from './triage.poml'`. */
export interface PomlPrompt {
  /** Absolute path of the file. */
  readonly path: string;
  /** The text of the file. */
  readonly markup: string;
  /**
   * Renders the prompt with the variables of `context`.
   *
   * @throws RenderError (as a rejection) where POML in strict mode fails
   */
  render(
    context?: Record<string, unknown>,
    options?: Omit<RenderOptions, 'context' | 'sourcePath'>,
  ): Promise<RenderedPrompt>;
}

/** The module of a prompt file; the generated code of an imported `.poml` calls it. */
export function promptModule(file: string): PomlPrompt {
  const markup = readFileSync(file, 'utf8');
  return {
    path: file,
    markup,
    async render(context = {}, options = {}) {
      const { now, roots } = settings();
      const defaults: RenderOptions = { ...(now !== undefined && { now }), ...(roots && { roots }) };
      const rendered = tools().render(markup, { ...defaults, ...options, context, sourcePath: file });
      return isPromise(rendered) ? await rendered : rendered;
    },
  };
}
