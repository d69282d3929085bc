import { goldenFiles } from '../golden/disk.ts';
import type { Render } from '../golden/tools.ts';
import { samePicture, shrinkPicture } from '../matchers/pictures.ts';
import type { MatcherTools } from '../matchers/scope.ts';
import { countTokens } from '../poml/assets/tokens.ts';
import type { Renderer } from '../poml/engines/types.ts';
import { renderMaybeSync } from '../poml/render.ts';
import { createSourceFinder } from '../trace/index.ts';
import { committedFiles } from './committed.ts';
import type { PomlSettings } from './settings.ts';
import { makeJournal, recoverProject } from './state-folder.ts';

/**
 * What tests and commands use of the world. What it remembers of the disk, such as where prompts are, holds for one
 * run: make new ones for each. What a killed run had begun to write is completed first.
 *
 * @param builtin What renders unless an engine is chosen; left out, the built-in renderer as it is.
 */
export function makeTools(settings: PomlSettings, builtin: Render = renderMaybeSync): MatcherTools {
  recoverProject(settings);
  const render = settings.renderer === 'builtin' ? builtin : engineRender(settings);
  const trial = trialRender(settings, render);
  return {
    render,
    ...(trial && { trial }),
    files: goldenFiles(() => makeJournal(settings.root)),
    findSource: findSource(settings),
    earlier: committedFiles(settings.root),
    comparePictures: samePicture,
    shrinkPicture,
    countTokens,
  };
}

/** Finds live prompts by the settings. What is found is remembered. */
export function findSource({ root, sourceRoots, prompts }: PomlSettings): MatcherTools['findSource'] {
  return createSourceFinder({ root, sourceRoots, ...(prompts && { prompts }) });
}

/** A command starts a process for every render, which is too slow to try things out with. */
function trialRender({ renderer }: PomlSettings, render: Render): Render | undefined {
  if (renderer === 'builtin') return renderMaybeSync;
  return renderer === 'pomljs' ? render : undefined;
}

/** Renders with the engine that the settings name, started when first needed. */
function engineRender({ renderer, root }: PomlSettings): Render {
  let engine: Promise<Renderer> | undefined;
  return async (markup, options) => {
    engine ??= import('../poml/engines/index.ts').then(({ createRenderer }) =>
      createRenderer(renderer, { root }),
    );
    return (await engine).render(markup, options);
  };
}
