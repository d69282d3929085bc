import { inject } from 'vitest';
import { type PomlSettings, resolveSettings, SETTINGS_KEY } from './options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    'vitest-poml'?: PomlSettings;
  }
}

/** The plugin's settings; the defaults where a project has the matchers but not the plugin. */
export function settings(): PomlSettings {
  return inject(SETTINGS_KEY) ?? resolveSettings({}, process.cwd());
}
