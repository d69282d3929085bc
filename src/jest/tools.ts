import { diskFiles } from '../golden/disk.ts';
import { type MatcherTools, samePicture } from '../matchers/index.ts';
import { renderMaybeSync } from '../poml/render.ts';
import { createSourceFinder } from '../trace/index.ts';
import type { JestSettings } from './settings.ts';

/** What the matchers use of the world. What it remembers of the disk holds for one test file. */
export function makeTools({ root, sourceRoots, prompts }: JestSettings): MatcherTools {
  return {
    render: renderMaybeSync,
    files: diskFiles,
    findSource: createSourceFinder({ root, sourceRoots, ...(prompts && { prompts }) }),
    comparePictures: samePicture,
    tokenCounter: async () => (await import('../poml/assets/tokens.ts')).countTokens,
  };
}
