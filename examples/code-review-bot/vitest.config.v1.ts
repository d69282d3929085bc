import { defineConfig } from 'vitest/config';
import { poml } from 'vitest-poml/plugin';

export default defineConfig({
  // The first session, held against the prompts it was recorded with, which are kept in another folder.
  plugins: [
    poml({
      sessions: 'pomlruns/20261121052513698126',
      sourceRoots: { '/srv/code-review-bot/prompts': 'prompts-v1' },
    }),
  ],
  test: { name: 'code-review-bot v1' },
});
