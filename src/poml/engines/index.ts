import { availableParallelism } from 'node:os';
import path from 'node:path';
import { render } from '../render.ts';
import { POML_VERSION } from '../template/version.ts';
import { CommandRenderer } from './command.ts';
import { EngineError } from './error.ts';
import { PomljsRenderer } from './pomljs.ts';
import type { Renderer, RendererChoice, RendererOptions } from './types.ts';

export { EngineError } from './error.ts';
export type { Renderer, RendererChoice, RendererCommand, RendererOptions } from './types.ts';

const TIMEOUT = 60_000;
const MOST_PROCESSES = 4;

/**
 * A renderer by name. `'pomljs'` and a command evaluate prompts **without a sandbox**: see `RendererChoice`.
 * Nothing is started before the first render.
 *
 * @throws EngineError when `pomljs` is not installed, or the choice is none
 * @example
 * const renderer = createRenderer('pomljs', { root: '/repo' });
 * const prompt = await renderer.render('<p>Hello {{ name }}</p>', { context: { name: 'Ada' } });
 * await renderer.close();
 */
export function createRenderer(choice: RendererChoice, options: RendererOptions = {}): Renderer {
  const root = path.resolve(options.root ?? '.');
  const timeout = options.timeout ?? TIMEOUT;
  if (choice === 'builtin') return BUILTIN;
  if (choice === 'pomljs') return new PomljsRenderer(root, options.package, timeout);
  if (!isCommand(choice)) {
    throw new EngineError(
      `There is no renderer ${JSON.stringify(choice)}: it is 'builtin', 'pomljs', or { command: ['poml'] }.`,
    );
  }
  const concurrency = options.concurrency ?? Math.min(MOST_PROCESSES, availableParallelism());
  return new CommandRenderer([...choice.command], root, timeout, Math.max(1, concurrency));
}

const BUILTIN: Renderer = {
  name: 'builtin',
  version: POML_VERSION,
  render: async (markup, options) => render(markup, options),
  close: async () => {},
};

function isCommand(choice: unknown): choice is { command: string[] } {
  const command =
    typeof choice === 'object' && choice !== null && 'command' in choice ? choice.command : undefined;
  return (
    Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string' && part)
  );
}
