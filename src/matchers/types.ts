import type { PromptLimits } from '../golden/checks.ts';
import type { Expected } from '../golden/golden.ts';
import type { RenderLikeOptions } from './like.ts';

/** The matchers for prompts. */
export interface PromptMatchers {
  /**
   * The prompt renders like its golden: for a recorded trace its own recording, for a call
   * `{ prompt, context }` the golden of this test under `__goldens__/`, or whatever golden is given: a trace, the
   * path of one, or a rendered prompt. An update run accepts a change.
   */
  toRenderLike(golden?: Expected, options?: RenderLikeOptions): Promise<void>;
  /** The text of the prompt, or of its only message, is this string; or some of it matches this expression. */
  toRenderText(expected: string | RegExp): Promise<void>;
  /** The messages are these; asymmetric matchers such as `expect.stringContaining('…')` are allowed. */
  toRenderMessages(expected: readonly unknown[] | string): Promise<void>;
  /** The prompt has no more tokens (o200k_base), characters or messages than these. */
  toRenderWithin(limits: PromptLimits): Promise<void>;
  /** The render fails where POML in strict mode does, with a message that contains this or matches it. */
  toFailToRender(message?: string | RegExp): Promise<void>;
}
