import { chain } from '../golden/maybe.ts';
import type { Render } from '../golden/tools.ts';
import type { MatcherTools } from '../matchers/scope.ts';
import { renderMaybeSync } from '../poml/index.ts';
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
  const render = key.coverage ? covering() : renderMaybeSync;
  const fresh = makeTools(key, key.watch ? following(render) : render);
  made.set(key, fresh);
  return fresh;
}

/** Renders, and notes on the running module which files it has read. */
function following(render: Render): Render {
  return (markup, options) =>
    chain(render(markup, options), (prompt) => {
      const module = currentModule();
      if (module) {
        const meta: { pomlFiles?: string[] } = module.meta;
        const files = new Set(meta.pomlFiles);
        for (const { path, asset } of prompt.dependencies) files.add(asset ?? path);
        meta.pomlFiles = [...files];
      }
      return prompt;
    });
}

/** Renders, and notes on the running module what of the prompts it reaches. What that needs is loaded by the first render. */
function covering(): Render {
  let loaded: Render | undefined;
  return (markup, options) =>
    loaded?.(markup, options) ??
    import('./cover-renders.ts').then(({ renderAndCover }) => {
      loaded = renderAndCover;
      return renderAndCover(markup, options);
    });
}
