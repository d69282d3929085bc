/** A process that renders prompts for tests that must be able to end it. */
import { RenderError, render } from '../index.ts';

/** A prompt to render. */
export interface RenderOrder {
  markup: string;
  context?: Record<string, unknown>;
  sourcePath?: string;
}

/** What became of it: the beginning of the text, or the error. */
export type RenderAnswer = { text: string } | { error: string; isRenderError: boolean };

process.on('message', ({ markup, ...options }: RenderOrder) => {
  render(markup, options).then(
    (prompt) => answer({ text: String(prompt).slice(0, 200) }),
    (error: Error) => answer({ error: error.message, isRenderError: error instanceof RenderError }),
  );
});

function answer(message: RenderAnswer): void {
  process.send!(message);
}
