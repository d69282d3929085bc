import path from 'node:path';
import type { SourceMode } from '../golden/source.ts';
import type { MatcherSettings } from '../matchers/index.ts';
import { jestGlobals } from './runner.ts';

/**
 * Options for prompts in Jest's config, under `globals`. Relative paths and globs start in `root`.
 *
 * @example
 * // jest.config.js
 * module.exports = {
 *   setupFilesAfterEnv: ['vitest-poml/jest'],
 *   globals: { 'vitest-poml': { sourceRoots: { '/srv/app': '.' } } },
 * };
 */
export interface PomlJestOptions {
  /** Folder that relative paths start in (default: Jest's `rootDir`). */
  root?: string;
  /**
   * Which text of a recorded prompt is rendered: `live` the file as it is in the repository now, `recorded` the
   * one in the session, `auto` (default) live where the file can be found.
   */
  source?: SourceMode;
  /** Where folders of the recording machine are in this repository. */
  sourceRoots?: Record<string, string>;
  /** Folders or globs with the prompt files; a recorded prompt whose path is gone is looked up here by its name. */
  prompts?: string | string[];
  /** What `Date` takes for now in a render: milliseconds or an ISO text (default: the session's time stamp). */
  now?: number | string;
  /** Further folders that prompts may read files from. */
  roots?: string | string[];
}

/** The options as the matchers need them. */
export interface JestSettings extends MatcherSettings {
  prompts: string[] | undefined;
}

/** Name of the options in Jest's `globals`. */
export const OPTIONS_KEY = 'vitest-poml';

/** The settings of this test file. */
export function readSettings(): JestSettings {
  const given = (globalThis as Record<string, unknown>)[OPTIONS_KEY];
  return resolveSettings(given, jestGlobals().expect.getState().snapshotState?._rootDir ?? process.cwd());
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isPaths = (value: unknown) => isText(value) || (Array.isArray(value) && value.every(isText));

const RULES: Record<keyof PomlJestOptions, { accepts: (value: unknown) => boolean; wanted: string }> = {
  root: { accepts: isText, wanted: 'a folder' },
  source: {
    accepts: (value) => value === 'auto' || value === 'live' || value === 'recorded',
    wanted: "'auto', 'live' or 'recorded'",
  },
  sourceRoots: {
    accepts: (value) => isObject(value) && Object.values(value).every(isText),
    wanted: "an object from recorded folders to folders here, e.g. { '/srv/app': '.' }",
  },
  prompts: { accepts: isPaths, wanted: 'a folder or glob, or a list of them' },
  now: {
    accepts: (value) => Number.isFinite(milliseconds(value)),
    wanted: 'milliseconds since 1970, or an ISO text such as 2026-11-21T09:00:00Z',
  },
  roots: { accepts: isPaths, wanted: 'a folder, or a list of them' },
};

/**
 * Checks and completes the options.
 *
 * @param rootDir Absolute folder of the Jest project.
 * @throws TypeError that names the option, what it got and what it takes
 */
export function resolveSettings(given: unknown, rootDir: string): JestSettings {
  const { root, source, sourceRoots, prompts, now, roots } = checked(given ?? {});
  const base = path.resolve(rootDir, root ?? '.');
  const moved = Object.entries(sourceRoots ?? {}).map(([from, to]) => [from, path.resolve(base, to)]);
  return {
    root: base,
    source: source ?? 'auto',
    sourceRoots: Object.fromEntries(moved) as Record<string, string>,
    prompts: prompts === undefined ? undefined : [prompts].flat(),
    now: now === undefined ? undefined : milliseconds(now),
    roots: roots === undefined ? undefined : [roots].flat().map((folder) => path.resolve(base, folder)),
  };
}

function checked(given: unknown): PomlJestOptions {
  const where = `globals['${OPTIONS_KEY}'] of the Jest config`;
  if (!isObject(given)) throw new TypeError(`vitest-poml: ${where} must be an object of options.`);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(RULES, name)) {
      const known = Object.keys(RULES).join(', ');
      throw new TypeError(`vitest-poml: ${where} has the unknown option "${name}". Known options: ${known}.`);
    }
    const { accepts, wanted } = RULES[name as keyof PomlJestOptions];
    if (!accepts(value)) {
      throw new TypeError(
        `vitest-poml: the option "${name}" in ${where} must be ${wanted}, not ${shown(value)}.`,
      );
    }
  }
  return given;
}

function milliseconds(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SHOWN = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
