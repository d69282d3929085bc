// Types for prompts imported as modules, and for the matchers where nothing imports `vitest-poml`:
// put "vitest-poml/poml-module" into `compilerOptions.types`.
//
// Endings are .js here, since this file is copied to dist as it is.

declare module '*.poml' {
  // Brings the matchers along.
  type Matchers = import('./matcher-types.js').PromptMatchers;

  const prompt: import('./prompt-module.js').PomlPrompt;
  export default prompt;
  export const render: import('./prompt-module.js').PomlPrompt['render'];
  export const path: string;
  export const markup: string;
}
