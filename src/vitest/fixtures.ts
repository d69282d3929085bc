import { test as base } from 'vitest';
import type { PromptCall } from '../golden/subject.ts';
import { renderSubject } from '../matchers/evaluation.ts';
import type { RenderedPrompt } from '../poml/types.ts';
import type { Session, Trace } from '../trace/types.ts';
import { loadSession, loadTrace } from './loaders.ts';
import { surroundings } from './matchers/scope.ts';

export { expect } from 'vitest';

/** What `test` of this package hands to a test. Relative paths start in the project root. */
export interface PomlFixtures {
  /** Loads a session by its folder. */
  session: (dir: string) => Session;
  /** Loads a trace by its path without suffix. */
  trace: (prefix: string) => Trace;
  /** Renders a prompt file, or markup, with the variables of `context`, by the plugin's options. */
  render: (prompt: PromptCall['prompt'], context?: Record<string, unknown>) => Promise<RenderedPrompt>;
}

/**
 * Vitest's `test` with fixtures for prompts.
 *
 * @example
 * import { expect, test } from 'vitest-poml';
 *
 * test('billing questions go to the billing queue', ({ trace }) => {
 *   expect(trace('pomlruns/20261121052042120390/0007.triage')).toRenderLike();
 * });
 */
export const test = base.extend<PomlFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern what a fixture needs
  session: async ({}, use) => use(loadSession),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  trace: async ({}, use) => use(loadTrace),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  render: async ({}, use) =>
    use(async (prompt, context = {}) => await renderSubject(surroundings(), { prompt, context })),
});
