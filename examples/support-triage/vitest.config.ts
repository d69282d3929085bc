import { defineConfig } from 'vitest/config';
import { poml } from 'vitest-poml/plugin';

export default defineConfig({
  // The sessions were recorded on a server, where this folder was /srv/support-triage.
  plugins: [poml({ sessions: 'pomlruns/*', sourceRoots: { '/srv/support-triage': '.' } })],
  test: { name: 'support-triage' },
});
