import type { RenderedPrompt, RenderOptions } from '../types.ts';

/**
 * What renders prompts.
 *
 * - `'builtin'`: the renderer of this package.
 * - `'pomljs'`: the real engine from the npm package `pomljs`, in one long-lived process.
 * - `{ command }`: a command line with the options of POML's own, e.g. `{ command: ['poml'] }` or
 *   `{ command: ['python', '-m', 'poml'] }`; one process per render.
 *
 * The last two evaluate the expressions of a prompt **without a sandbox**, with everything the user who runs them
 * may do. Choose them only for prompts and traces that you trust. Nothing of them runs unless chosen here.
 */
export type RendererChoice = 'builtin' | 'pomljs' | RendererCommand;

/** A command line that renders. The first item is the program, found as a shell finds it; no shell is involved. */
export interface RendererCommand {
  command: readonly string[];
}

/** Settings of `createRenderer`. */
export interface RendererOptions {
  /**
   * Folder that `pomljs` is looked up from and that commands run in; relative prompt paths start here
   * (default: the working directory).
   */
  root?: string;
  /** For `'pomljs'`: the package's folder, or the file to load, instead of looking it up. */
  package?: string;
  /** Milliseconds that a render may take (default 60,000). */
  timeout?: number;
  /** For a command: renders at the same time (default: the processors, at most 4). */
  concurrency?: number;
}

/** Renders prompts with one engine. Close it when it is no longer needed; it keeps no process from ending. */
export interface Renderer {
  /** `builtin`, `pomljs`, or the command line. */
  readonly name: string;
  /** Version of POML that it renders as; `undefined` when it cannot be known without running it. */
  readonly version: string | undefined;
  /**
   * @throws RenderError when the prompt fails, when the engine crashes over it or does not answer in time;
   * EngineError when the engine itself cannot be used. Both as a rejection.
   */
  render(markup: string, options?: RenderOptions): Promise<RenderedPrompt>;
  /** Ends processes and waits for what is running, which fails. Further renders are refused. */
  close(): Promise<void>;
}
