import { chain, type MaybePromise } from '../golden/maybe.ts';
import type { MatcherTools } from '../matchers/scope.ts';
import { renderMaybeSync } from '../poml/index.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { PomlSettings } from '../project/settings.ts';
import { makeTools } from '../project/tools.ts';
import { settings } from './settings.ts';
import { currentModule } from './worker-task.ts';

const made = new WeakMap<PomlSettings, MatcherTools>();

/** The tools of this run: settings arrive with every run anew, also in a worker that is used again. */
export function tools(): MatcherTools {
  const key = settings();
  const known = made.get(key);
  if (known) return known;
  const fresh = key.watch ? makeTools(key, renderAndFollow) : makeTools(key);
  made.set(key, fresh);
  return fresh;
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
