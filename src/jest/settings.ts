import { checkOptions, type OptionsPlace, type ProjectOptions } from '../project/options.ts';
import { type PomlSettings, resolveSettings } from '../project/settings.ts';
import { jestGlobals } from './runner.ts';

const NAMES = ['root', 'source', 'sourceRoots', 'prompts', 'now', 'roots', 'compare'] as const;

/**
 * Options for prompts in Jest's config, under `globals`. Relative paths and globs start in `root`, by default Jest's `rootDir`.
 *
 * @example
 * // jest.config.js
 * module.exports = {
 *   setupFilesAfterEnv: ['vitest-poml/jest'],
 *   globals: { 'vitest-poml': { sourceRoots: { '/srv/app': '.' } } },
 * };
 */
export type PomlJestOptions = Pick<ProjectOptions, (typeof NAMES)[number]>;

/** Name of the options in Jest's `globals`. */
export const OPTIONS_KEY = 'vitest-poml';

const PLACE: OptionsPlace = { name: `globals['${OPTIONS_KEY}'] of the Jest config`, options: NAMES };

/** The settings of this test file. */
export function readSettings(): PomlSettings {
  const given = (globalThis as Record<string, unknown>)[OPTIONS_KEY];
  return jestSettings(given, jestGlobals().expect.getState().snapshotState?._rootDir ?? process.cwd());
}

/**
 * Checks and completes the options.
 *
 * @param rootDir Absolute folder of the Jest project.
 * @throws PomlOptionError that names the option, what it got and what it takes
 */
export function jestSettings(given: unknown, rootDir: string): PomlSettings {
  return resolveSettings(checkOptions(given ?? undefined, PLACE), rootDir);
}
