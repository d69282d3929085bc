import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { MatcherTools } from '../matchers/scope.ts';
import type { ProjectOptions } from './options.ts';
import { PLUGIN_NAME, type PluginApi } from './plugin-api.ts';
import { type PomlSettings, resolveSettings } from './settings.ts';
import { makeTools } from './tools.ts';

/** Where a project is. */
export interface ProjectPlace {
  /** Folder of the project, absolute or from the working directory (default: that). */
  root?: string | undefined;
  /** Its Vitest config, from the root; looked for there when left out. */
  config?: string | undefined;
}

/** A project as commands use it. */
export interface Project {
  options: ProjectOptions;
  settings: PomlSettings;
  tools: MatcherTools;
  /** Absolute path of the config with the options; `undefined` where there is none, so that the defaults hold. */
  configFile: string | undefined;
}

/** The project cannot be read; the message says why and what to do. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

const CONFIG_NAMES = ['vitest.config', 'vite.config'].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `${name}.${ending}`),
);

/**
 * Reads the options that a project gives to `poml()` in its Vitest config. Without a config, or without `poml()` in it,
 * the defaults hold.
 *
 * @throws ProjectError when the folder or the config is missing or the config cannot be loaded
 */
export async function loadProject(cwd: string, place: ProjectPlace = {}): Promise<Project> {
  const root = path.resolve(cwd, place.root ?? '.');
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new ProjectError(`The project folder ${root} does not exist.`);
  const configFile = findConfig(root, place.config);
  const found = configFile === undefined ? undefined : await readConfig(root, configFile);
  const options = found?.options ?? {};
  const settings = resolveSettings(options, found?.root ?? root);
  return { options, settings, tools: makeTools(settings), configFile: found ? configFile : undefined };
}

/** The absolute path of a Vitest or Vite config; `undefined` where there is none. */
export function findConfig(root: string, given: string | undefined): string | undefined {
  if (given === undefined)
    return CONFIG_NAMES.map((name) => path.join(root, name)).find((file) => existsSync(file));
  const file = path.resolve(root, given);
  if (!existsSync(file)) throw new ProjectError(`The config ${file} does not exist.`);
  return file;
}

/** The plugin's options, and Vitest's root; `undefined` where the config has no `poml()`. */
async function readConfig(
  root: string,
  file: string,
): Promise<{ options: ProjectOptions; root: string } | undefined> {
  // Loading a config takes Vite; without Vitest there is nothing that could hold the plugin.
  const vitest = await import('vitest/node').catch(() => undefined);
  if (!vitest) return undefined;
  try {
    const resolved = await vitest.resolveConfig({ root, config: file });
    // From Vitest 5 on it is Vite's config itself.
    const viteConfig =
      'viteConfig' in resolved
        ? resolved.viteConfig
        : (resolved as Awaited<ReturnType<typeof vitest.resolveConfig>>['viteConfig']);
    const plugin = viteConfig.plugins.find(({ name }) => name === PLUGIN_NAME);
    const api = plugin?.api as PluginApi | undefined;
    return api && { options: api.options, root: viteConfig.root };
  } catch (error) {
    throw new ProjectError(`The config ${file} cannot be loaded: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
