import type { FindSource } from '../golden/tools.ts';
import { createSourceFinder } from '../trace/index.ts';
import type { PomlSettings } from './options.ts';

/** Finds live prompts by the plugin's options. What is found is remembered: make a new one for each run. */
export function findSource({ root, sourceRoots, prompts }: PomlSettings): FindSource {
  return createSourceFinder({ root, sourceRoots, ...(prompts && { prompts }) });
}
