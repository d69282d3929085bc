import { defineConfig } from 'vitest/config';
import { poml } from 'vitest-poml/plugin';

export default defineConfig({
  // Only the session of the prompts as they are now; for the first one see vitest.config.v1.ts.
  plugins: [
    poml({ sessions: 'pomlruns/20261121052525083189', sourceRoots: { '/srv/code-review-bot': '.' } }),
  ],
  test: { name: 'code-review-bot' },
});
