import { inject } from 'vitest';
import { type PomlSettings, resolveSettings } from '../project/settings.ts';
import { SETTINGS_KEY } from './options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    'vitest-poml'?: PomlSettings;
  }
}

let defaults: PomlSettings | undefined;

/** The plugin's settings; the defaults where a project has the matchers but not the plugin. */
export function settings(): PomlSettings {
  const provided = inject(SETTINGS_KEY);
  if (provided) return provided;
  defaults ??= resolveSettings({}, process.cwd());
  return defaults;
}
