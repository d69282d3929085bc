import { diskFiles } from '../golden/disk.ts';
import { chain, type MaybePromise } from '../golden/maybe.ts';
import type { GoldenTools } from '../golden/tools.ts';
import { samePicture } from '../matchers/pictures.ts';
import type { MatcherTools } from '../matchers/scope.ts';
import type { Renderer } from '../poml/engines/types.ts';
import { renderMaybeSync } from '../poml/index.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import { findSource } from './find-source.ts';
import type { PomlSettings } from './options.ts';
import { settings } from './settings.ts';
import { currentModule } from './worker-task.ts';

const made = new WeakMap<PomlSettings, MatcherTools>();

/**
 * The tools of this run. What they remember of the disk, such as where prompts are, holds for one run only; settings
 * arrive with every run anew, also in a worker that is used again.
 */
export function tools(): MatcherTools {
  const key = settings();
  const known = made.get(key);
  if (known) return known;
  const fresh: MatcherTools = {
    render: renderOf(key),
    files: diskFiles,
    findSource: findSource(key),
    comparePictures: samePicture,
    tokenCounter: async () => (await import('../poml/assets/tokens.ts')).countTokens,
  };
  made.set(key, fresh);
  return fresh;
}

/** How this run renders: with the built-in renderer, or with the engine the options name, started when first needed. */
function renderOf({ renderer, root, watch }: PomlSettings): GoldenTools['render'] {
  if (renderer === 'builtin') return watch ? renderAndFollow : renderMaybeSync;
  let engine: Promise<Renderer> | undefined;
  return async (markup, options) => {
    engine ??= import('../poml/engines/index.ts').then(({ createRenderer }) =>
      createRenderer(renderer, { root }),
    );
    return (await engine).render(markup, options);
  };
}

/** Renders, and notes on the running module which files it has read. */
function renderAndFollow(markup: string, options: RenderOptions): MaybePromise<RenderedPrompt> {
  return chain(renderMaybeSync(markup, options), (prompt) => {
    const module = currentModule();
    if (module) {
      const meta: { pomlFiles?: string[] } = module.meta;
      const files = new Set(meta.pomlFiles);
      for (const { path } of prompt.dependencies) files.add(path);
      meta.pomlFiles = [...files];
    }
    return prompt;
  });
}
