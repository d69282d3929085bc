import { statSync } from 'node:fs';
import path from 'node:path';
import type { RehearsalSide } from '../../golden/rehearse.ts';
import type { FindSource, GoldenTools } from '../../golden/tools.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import type { RendererChoice } from '../../poml/engines/types.ts';
import type { Project } from '../../project/load-project.ts';
import type { PomlSettings } from '../../project/settings.ts';
import { makeTools } from '../../project/tools.ts';
import { createSourceFinder } from '../../trace/index.ts';

/** One side of a comparison, with the name it is shown by. */
export interface Side extends RehearsalSide {
  label: string;
}

/** Renders with the prompts of a folder in place of the project's. */
export function promptsSide(folder: string, { settings, tools }: Project): Side {
  const byName = createSourceFinder({ root: folder, prompts: ['.'] });
  const findSource: FindSource = (trace) => {
    // Where the project knows the prompt, its place among the project's prompts tells which of the folder it is.
    const here = tools.findSource(trace);
    const twin = 'path' in here ? twinOf(here.path, settings, folder) : undefined;
    return twin === undefined ? byName(trace) : { path: twin };
  };
  return side(path.relative(settings.root, folder) || '.', settings, findSource);
}

/** Renders with the whole project as it is in another folder, such as a checkout of a revision. */
export function projectSide(root: string, label: string, { settings }: Project): Side {
  const moved = (folder: string) => path.resolve(root, path.relative(settings.root, folder));
  const sourceRoots = Object.fromEntries(
    Object.entries(settings.sourceRoots).map(([from, to]) => [from, moved(to)]),
  );
  const there: PomlSettings = {
    ...settings,
    root,
    // A session recorded in this very project names its files by the paths they have here.
    sourceRoots: { [settings.root]: root, ...sourceRoots },
    roots: settings.roots?.map(moved),
  };
  return side(label, there, makeTools(there).findSource);
}

/** Renders the project's prompts with another engine. */
export function rendererSide(renderer: RendererChoice, project: Project): Side {
  const settings = { ...project.settings, renderer };
  const label = typeof renderer === 'string' ? renderer : renderer.command.join(' ');
  return side(label, settings, project.tools.findSource);
}

/** A side that knows what files were in the folder of the other one, so that what changed in them can be told. */
export function withEarlier<S extends RehearsalSide>(side: S, here: string, before: string): S {
  const earlier: GoldenTools['earlier'] = (file) => {
    const place = path.relative(here, file);
    const copy = path.join(before, place);
    return place.startsWith('..') || !statSync(copy, { throwIfNoEntry: false })?.isFile()
      ? undefined
      : { copy, root: before };
  };
  return { ...side, tools: { ...side.tools, earlier } };
}

function side(label: string, settings: PomlSettings, findSource: FindSource): Side {
  return {
    label,
    tools: { ...makeTools(settings), findSource },
    options: evaluateOptions({ settings, testFile: undefined }),
  };
}

/** The file of another folder that has the same place in it as one has among the project's prompts. */
function twinOf(file: string, { root, prompts }: PomlSettings, folder: string): string | undefined {
  const bases = [...(prompts ?? ['prompts']), '.'].map((base) => path.resolve(root, base));
  return bases
    .map((base) => path.relative(base, file))
    .filter((relative) => !relative.startsWith('..') && !path.isAbsolute(relative))
    .map((relative) => path.join(folder, relative))
    .find((twin) => statSync(twin, { throwIfNoEntry: false })?.isFile());
}
