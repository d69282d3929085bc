import { defineConfig } from 'vitest/config';
import { poml } from 'vitest-poml/plugin';

export default defineConfig({
  // The sessions were recorded on a server, where this folder was /srv/travel-desk.
  plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/travel-desk': '.' } })],
  test: { name: 'travel-desk' },
});
