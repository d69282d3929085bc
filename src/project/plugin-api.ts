import type { ProjectOptions } from './options.ts';

/** Name of the Vite plugin that holds a project's options. */
export const PLUGIN_NAME = 'vitest-poml';

/** What the plugin tells to those who load a Vitest config, such as the command line. */
export interface PluginApi {
  /** Checked options. */
  options: ProjectOptions;
  /** Lets a data file that a prompt reads be asked for as a module. */
  follow(file: string): void;
}
