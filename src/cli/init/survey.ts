import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastGlob from 'fast-glob';
import { recordedRoot } from '../../golden/capturing/bundle.ts';
import { findConfig } from '../../project/load-project.ts';
import { isStringPrompt, loadSessions, type Session, TraceError } from '../../trace/index.ts';
import { compareText } from '../../trace/names.ts';

/** What there is in a project. Paths start in its root, with `/`. */
export interface Survey {
  root: string;
  /** Vitest's or Vite's config. */
  config: string | undefined;
  /** The files are written in TypeScript. */
  typescript: boolean;
  /** `"type": "module"` in package.json. */
  modules: boolean;
  manager: PackageManager;
  /** Of `vitest` and `vitest-poml`, those that package.json does not name. */
  missing: string[];
  sessions: Session[];
  /** Globs that name the sessions. */
  sessionGlobs: string[];
  prompts: string[];
  /** Folders of the recording machine, and where they are here. */
  sourceRoots: Record<string, string>;
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const LOCKS: readonly [file: string, manager: PackageManager][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];
const IGNORED = ['**/node_modules/**', '**/.git/**', '**/dist/**', '**/coverage/**', '**/.vitest-poml/**'];

/** Looks around in a project; nothing is changed. */
export function survey(root: string, given?: string): Survey {
  const manifest = manifestOf(root);
  const config = findConfig(root, given);
  const sessions = sessionsIn(root);
  const prompts = promptsIn(root);
  return {
    root,
    config: config && slashed(path.relative(root, config)),
    typescript:
      existsSync(path.join(root, 'tsconfig.json')) ||
      'typescript' in manifest.packages ||
      /\.[mc]?ts$/.test(config ?? ''),
    modules: manifest.type === 'module',
    manager: LOCKS.find(([file]) => existsSync(path.join(root, file)))?.[1] ?? 'npm',
    missing: ['vitest', 'vitest-poml'].filter((name) => !(name in manifest.packages)),
    sessions,
    sessionGlobs: globsOf(sessions, root),
    prompts,
    sourceRoots: sourceRootsOf(sessions, prompts, root),
  };
}

function manifestOf(root: string): { type?: unknown; packages: Record<string, unknown> } {
  const file = path.join(root, 'package.json');
  if (!existsSync(file)) return { packages: {} };
  try {
    const { type, dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'));
    return { type, packages: { ...dependencies, ...devDependencies } };
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function sessionsIn(root: string): Session[] {
  try {
    // Goldens of tests look like sessions, and belong to their tests.
    return loadSessions(root).filter(({ dir }) => !dir.split(path.sep).includes('__goldens__'));
  } catch (error) {
    if (error instanceof TraceError) return [];
    throw error;
  }
}

function promptsIn(root: string): string[] {
  const files = fastGlob.sync('**/*.poml', { cwd: root, ignore: IGNORED, followSymbolicLinks: false });
  return files.filter((file) => !/^\d{4,}\./.test(path.basename(file))).sort(compareText);
}

/** The parents of the sessions, each with a star. */
function globsOf(sessions: readonly Session[], root: string): string[] {
  const parents = sessions.map(({ dir }) => slashed(path.relative(root, path.dirname(dir))));
  return [...new Set(parents)].sort(compareText).map((parent) => (parent === '' ? '*' : `${parent}/*`));
}

/** Recorded paths end like those of prompts that are here; what is in front of that stands for the root. */
function sourceRootsOf(
  sessions: readonly Session[],
  prompts: readonly string[],
  root: string,
): Record<string, string> {
  const roots = new Map<string, string>();
  for (const { traces } of sessions) {
    for (const trace of traces) {
      const recorded = trace.sourcePath;
      if (
        recorded === undefined ||
        existsSync(recorded) ||
        isStringPrompt(trace.name, recorded) ||
        trace.captured
      )
        continue;
      const match = longestMatch(recorded, prompts);
      if (match && match.from !== root) roots.set(match.from, match.to);
    }
  }
  return Object.fromEntries([...roots].sort(([one], [other]) => compareText(one, other)));
}

/** `/srv/app/prompts/a.poml` and `services/app/prompts/a.poml` agree from `prompts` on, and on the folder above too. */
function longestMatch(
  recorded: string,
  prompts: readonly string[],
): { from: string; to: string } | undefined {
  const found = prompts.flatMap((prompt) => {
    const steps = prompt.split('/');
    for (let skip = 0; skip < steps.length; skip++) {
      const from = recordedRoot(recorded, steps.slice(skip).join('/'));
      if (from) return [{ from, to: steps.slice(0, skip).join('/') || '.', steps: steps.length - skip }];
    }
    return [];
  });
  found.sort((one, other) => other.steps - one.steps);
  const [first, second] = found;
  // Two prompts that agree equally far: only the user knows.
  return first && first.steps !== second?.steps ? first : undefined;
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
