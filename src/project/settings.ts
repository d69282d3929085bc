import path from 'node:path';
import { plainCompareOptions } from '../golden/compare-options.ts';
import type { SourceMode } from '../golden/source.ts';
import type { MatcherSettings } from '../matchers/scope.ts';
import type { RendererChoice } from '../poml/engines/types.ts';
import { needTokens } from '../report/gates/gates.ts';
import { list, milliseconds, type ProjectOptions } from './options.ts';

/**
 * The options of a project as tests and commands need them: plain data, paths absolute. Travels to Vitest's workers.
 */
export interface PomlSettings extends MatcherSettings {
  source: SourceMode;
  prompts: string[] | undefined;
  renderer: RendererChoice;
  /** Take note of what renders reach in prompts. */
  coverage: boolean;
  /** Folders that goldens may lie in and be written to, absolute. */
  homes: string[];
  /** Vitest watches: which files the prompts read is told to it. */
  watch?: boolean;
  /** Whether a reporter may ask what prompts that differ were rendered to; left out, one may. */
  renders?: boolean;
}

/**
 * The settings of a project.
 *
 * @param options Must have passed `checkOptions`.
 * @param folder Absolute; where `options.root` starts, and what it is without one.
 */
export function resolveSettings(options: ProjectOptions, folder: string): PomlSettings {
  const root = path.resolve(folder, options.root ?? '.');
  const roots =
    options.roots === undefined ? undefined : list(options.roots).map((dir) => path.resolve(root, dir));
  const sourceRoots = Object.entries(options.sourceRoots ?? {});
  return {
    root,
    source: options.source ?? 'auto',
    sourceRoots: Object.fromEntries(sourceRoots.map(([from, to]) => [from, path.resolve(root, to)])),
    prompts: options.prompts === undefined ? undefined : list(options.prompts),
    now: options.now === undefined ? undefined : milliseconds(options.now),
    compare: plainCompareOptions(options.compare ?? {}),
    measures: {
      tokens: needTokens(options.gates ?? {}) ? 'all' : 'changed',
      ...(options.gates?.failOnWarnings && { warnings: true }),
    },
    allow: options.gates?.allow ?? [],
    renderer: options.renderer ?? 'builtin',
    coverage: options.coverage ?? options.gates?.minCoverage !== undefined,
    roots,
    homes: [root, ...(roots ?? []), ...sessionFolders(options.sessions, root)],
  };
}

/** The folders that globs of sessions start in: goldens may lie outside of the project. */
function sessionFolders(sessions: string | string[] | undefined, root: string): string[] {
  return list(sessions)
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => path.resolve(root, /^[^*?[\]{}()!]*/.exec(glob)![0].replace(/[^/\\]*$/, '')));
}
