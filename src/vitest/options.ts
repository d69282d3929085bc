import { checkOptions, OPTION_NAMES, type OptionsPlace, type ProjectOptions } from '../project/options.ts';

/** What `poml()` in `vitest.config.ts` takes. Relative paths and globs start in the project root. */
export type PomlOptions = Omit<ProjectOptions, 'root'>;

/** Name of the settings in Vitest's `provide`. */
export const SETTINGS_KEY = 'vitest-poml';

const PLUGIN: OptionsPlace = { name: 'poml()', options: OPTION_NAMES.filter((name) => name !== 'root') };

/**
 * Checks what was passed to `poml()`.
 *
 * @throws PomlOptionError that names the option, what it got and what it takes; for an unknown option the nearest known one
 */
export function checkPluginOptions(value: unknown): PomlOptions {
  return checkOptions(value, PLUGIN);
}
