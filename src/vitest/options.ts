import path from 'node:path';
import type { SourceMode } from '../golden/source.ts';
import type { RendererChoice } from '../poml/engines/types.ts';
import { nearest } from './nearest.ts';

/** What `poml()` in `vitest.config.ts` takes. Relative paths and globs start in the project root. */
export interface PomlOptions {
  /**
   * Recorded sessions to run as golden tests, one test per trace: folders or globs such as `pomlruns/*`;
   * `!…` leaves out what it matches. Without it only your own test files run.
   */
  sessions?: string | string[];
  /**
   * Which text of a recorded prompt is rendered: `live` the file as it is in the repository now, `recorded` the
   * one in the session, `auto` (default) live where the file can be found.
   */
  source?: SourceMode;
  /**
   * Where folders of the recording machine are in this repository.
   *
   * @example { '/srv/support-triage': '.' }
   */
  sourceRoots?: Record<string, string>;
  /** Folders or globs with the prompt files; a recorded prompt whose path is gone is looked up here by its name. */
  prompts?: string | string[];
  /** What `Date` takes for now in a render: a date, milliseconds or an ISO text (default: the session's time stamp). */
  now?: Date | number | string;
  /** Further folders that prompts may read files from. */
  roots?: string | string[];
  /**
   * What renders: `'builtin'` (default), the real engine `'pomljs'` if it is installed, or a command such as
   * `{ command: ['poml'] }`. The real engine runs expressions without a sandbox: see docs/engines.md.
   */
  renderer?: RendererChoice;
  /** Print the prompt report at the end of a run (default `true`). */
  report?: boolean;
}

/**
 * Options as the workers need them: plain data, paths absolute. Travels through Vitest's `provide`.
 */
export interface PomlSettings {
  /** Absolute folder that relative paths start in. */
  root: string;
  source: SourceMode;
  sourceRoots: Record<string, string>;
  prompts: string[] | undefined;
  /** Milliseconds since 1970. */
  now: number | undefined;
  roots: string[] | undefined;
  renderer: RendererChoice;
  /** Vitest watches: which files the prompts read is told to it. */
  watch?: boolean;
}

/** Name of the settings in Vitest's `provide`. */
export const SETTINGS_KEY = 'vitest-poml';

/** An option of the plugin that is misspelt or of a wrong type. */
export class PomlOptionError extends Error {
  override readonly name = 'PomlOptionError';

  constructor(problem: string) {
    super(`vitest-poml: ${problem}`);
    // The place that matters is in the user's config, and the message names it; our own frames would only hide it.
    this.stack = `${this.name}: ${this.message}`;
  }
}

interface Rule {
  accepts(value: unknown): boolean;
  wanted: string;
}

const PATHS: Rule = {
  accepts: (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  wanted: "a path or glob, or a list of them, e.g. ['pomlruns/*']",
};

const RULES: Record<keyof PomlOptions, Rule> = {
  sessions: PATHS,
  source: {
    accepts: (value) => value === 'auto' || value === 'live' || value === 'recorded',
    wanted: "'auto', 'live' or 'recorded'",
  },
  sourceRoots: {
    accepts: (value) => isObject(value) && Object.values(value).every(isText),
    wanted: "an object from recorded folders to folders here, e.g. { '/srv/app': '.' }",
  },
  prompts: PATHS,
  now: {
    accepts: (value) => Number.isFinite(milliseconds(value)),
    wanted: 'a date, milliseconds since 1970, or an ISO text such as 2026-11-21T09:00:00Z',
  },
  roots: PATHS,
  renderer: {
    accepts: (value) =>
      value === 'builtin' ||
      value === 'pomljs' ||
      (isObject(value) &&
        Object.keys(value).join() === 'command' &&
        Array.isArray(value.command) &&
        value.command.length > 0 &&
        value.command.every(isText)),
    wanted: "'builtin', 'pomljs' or a command such as { command: ['poml'] }",
  },
  report: { accepts: (value) => typeof value === 'boolean', wanted: 'true or false' },
};

/**
 * Checks what was passed to `poml()`.
 *
 * @throws PomlOptionError that names the option, what it got and what it takes; for an unknown option the nearest known one.
 */
export function checkOptions(value: unknown): PomlOptions {
  if (value === undefined) return {};
  if (!isObject(value))
    throw new PomlOptionError(`poml() takes an object of options, not ${describe(value)}.`);
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    if (!Object.hasOwn(RULES, name)) throw unknownOption(name);
    const rule = RULES[name as keyof PomlOptions];
    if (!rule.accepts(given)) {
      throw new PomlOptionError(`the option "${name}" must be ${rule.wanted}, not ${describe(given)}.`);
    }
  }
  return value;
}

/** The settings for the workers. `options` must have passed `checkOptions`. */
export function resolveSettings(options: PomlOptions, root: string): PomlSettings {
  const sourceRoots = Object.entries(options.sourceRoots ?? {});
  return {
    root,
    source: options.source ?? 'auto',
    sourceRoots: Object.fromEntries(sourceRoots.map(([from, to]) => [from, path.resolve(root, to)])),
    prompts: options.prompts === undefined ? undefined : list(options.prompts),
    now: options.now === undefined ? undefined : milliseconds(options.now),
    renderer: options.renderer ?? 'builtin',
    roots:
      options.roots === undefined
        ? undefined
        : list(options.roots).map((folder) => path.resolve(root, folder)),
  };
}

/** A value or a list of values as a list. */
export function list(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}

function unknownOption(name: string): PomlOptionError {
  const known = Object.keys(RULES);
  const near = nearest(name, known);
  const hint = near === undefined ? `Known options: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return new PomlOptionError(`poml() has no option "${name}". ${hint}`);
}

function milliseconds(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SHOWN = 80;

function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid date';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
