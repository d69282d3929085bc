import type { PromptMatchers } from '../matchers/types.ts';

export type { PromptMatchers };

declare global {
  // Vitest's own types for matchers differ between its major versions; this one they all build on.
  namespace Chai {
    interface Assertion extends PromptMatchers {}
  }
}
