import { existsSync } from 'node:fs';
import type { TestCase } from 'vitest/node';
import { PLUGIN_NAME, type PluginApi } from '../../project/plugin-api.ts';
import { isFolded } from './fold.ts';

const MAX_FRAMES = 3;

/** A frame without a function, as those that point into prompts and the files they read are. */
const FRAME = /^\s+at ((?:\/|[A-Za-z]:[\\/]).*?):\d+:\d+$/gm;
const CODE = /\.[cm]?[jt]sx?$/i;

/**
 * Makes modules of the prompts, and of the files they read, that the errors of a test point at: Vitest shows the lines
 * around such a place, and annotates it, only for files that it has seen as modules.
 */
export async function followPromptFrames(test: TestCase): Promise<void> {
  const result = test.result();
  if (result.state !== 'failed' || isFolded(test.meta(), result.errors)) return;
  const files = new Set<string>();
  for (const { name, stack = '' } of result.errors) {
    if (name !== 'PromptError') continue;
    for (const [, file = ''] of stack.matchAll(FRAME))
      if (files.size < MAX_FRAMES && !CODE.test(file) && existsSync(file)) files.add(file);
  }
  const server = test.project.vite;
  const api = server.config.plugins.find(({ name }) => name === PLUGIN_NAME)?.api as PluginApi | undefined;
  for (const file of files) {
    if (!file.endsWith('.poml')) api?.follow(file);
    // Vite 5, which Vitest 3.2 still takes, has no environments.
    const environment = (server.environments as typeof server.environments | undefined)?.ssr;
    try {
      await (environment ? environment.transformRequest(file) : server.transformRequest(file, { ssr: true }));
    } catch {
      // Data that no module can be made of is named in the stack without the lines around it.
    }
  }
}
