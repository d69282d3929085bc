import type {} from 'expect';
import type { PromptMatchers } from '../matchers/index.ts';

declare global {
  namespace jest {
    // Of @types/jest. The parameters must be those of the interface that is added to.
    // biome-ignore lint/complexity/noBannedTypes: {} stands there too
    interface Matchers<R, T = {}> extends PromptMatchers {}
  }
}

declare module 'expect' {
  // Of @jest/globals.
  interface Matchers<R extends void | Promise<void>, T = unknown> extends PromptMatchers {}
}
