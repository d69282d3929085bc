import { type CompareOptions, toleranceOf } from '../golden/compare-options.ts';
import { shownValue } from '../golden/shown-value.ts';
import type { SourceMode } from '../golden/source.ts';
import type { RendererChoice } from '../poml/engines/types.ts';
import type { Gates } from '../report/gates/gates.ts';
import { checkGatesOption } from '../report/gates/gates-option.ts';
import { checkReportsOption, type ReportChoice } from '../report/outputs/choices.ts';
import { nearest } from './nearest.ts';

/** Everything that can be set for a project, in whatever config file it has. Relative paths and globs start in the root. */
export interface ProjectOptions {
  /** Folder that relative paths start in (default: that of the config). In a Vitest config it is Vitest's own `root`. */
  root?: string;
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
   * What counts as the same beside equal bytes: scrubbers, ignored places, white space, pictures, order of tools.
   *
   * @example { scrub: ['uuids', { pattern: /ticket-\d+/, name: 'ticket' }], ignore: ['runtime.seed'] }
   */
  compare?: CompareOptions;
  /**
   * What renders: `'builtin'` (default), the real engine `'pomljs'` if it is installed, or a command such as
   * `{ command: ['poml'] }`. The real engine runs expressions without a sandbox: see docs/engines.md.
   */
  renderer?: RendererChoice;
  /**
   * Report which parts of the prompts the tests exercise, in the terminal and in Vitest's own coverage when that is on
   * (default: where the gate `minCoverage` is set). Renders of other engines are not counted.
   */
  coverage?: boolean;
  /**
   * The reports of a run: names, or names with settings, like Vitest's own `reporters`. Default: the summary in the
   * `terminal`, and in GitHub Actions `github`: annotations, and the summary of the step. `[]` for none.
   *
   * @example ['terminal', 'github', ['html', { file: 'prompts.html' }]]
   */
  reports?: readonly ReportChoice[];
  /** What a run must keep to; each gate is off unless set. One that does not hold makes the run fail. */
  gates?: Gates;
  /** The model whose price costs are reckoned with (default `gpt-4o`). */
  model?: string;
  /** Prices of input tokens that the list lacks or has otherwise, in US dollars per million. */
  prices?: Record<string, number>;
}

/** The name of an option. */
export type OptionName = keyof ProjectOptions;

/** An option that is misspelt or of a wrong type. */
export class PomlOptionError extends Error {
  override readonly name = 'PomlOptionError';

  constructor(problem: string) {
    super(`vitest-poml: ${problem}`);
    // The place that matters is in the user's config, and the message names it; our own frames would only hide it.
    this.stack = `${this.name}: ${this.message}`;
  }
}

interface Rule {
  /** An error that it throws says more than `wanted`. */
  accepts(value: unknown): boolean;
  wanted: string;
}

const PATHS: Rule = {
  accepts: (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  wanted: "a path or glob, or a list of them, e.g. ['pomlruns/*']",
};

const RULES: Record<OptionName, Rule> = {
  root: { accepts: isText, wanted: 'a folder' },
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
  compare: {
    accepts: (value) => toleranceOf(value as CompareOptions) !== undefined,
    wanted: 'an object of options',
  },
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
  coverage: { accepts: (value) => typeof value === 'boolean', wanted: 'true or false' },
  reports: { accepts: checkReportsOption, wanted: 'a list of reports' },
  gates: { accepts: checkGatesOption, wanted: 'an object of gates' },
  model: { accepts: isText, wanted: 'the name of a model' },
  prices: {
    accepts: (value) =>
      isObject(value) && Object.values(value).every((price) => typeof price === 'number' && price >= 0),
    wanted: "US dollars per million input tokens by model, e.g. { 'my-model': 0.8 }",
  },
};

/** All options, in the order they are documented. */
export const OPTION_NAMES = Object.keys(RULES) as OptionName[];

/** What takes options, and which. */
export interface OptionsPlace {
  /** Shown in errors, e.g. `poml()`. */
  name: string;
  options: readonly OptionName[];
}

/**
 * Checks the options of a project.
 *
 * @returns The same object.
 * @throws PomlOptionError that names the option, what it got and what it takes; for an unknown option the nearest known one
 */
export function checkOptions(value: unknown, place: OptionsPlace): ProjectOptions {
  if (value === undefined) return {};
  if (!isObject(value))
    throw new PomlOptionError(`${place.name} takes an object of options, not ${shownValue(value)}.`);
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    if (!(place.options as readonly string[]).includes(name)) throw unknownOption(name, place);
    const rule = RULES[name as OptionName];
    if (!accepts(rule, given)) {
      throw new PomlOptionError(`the option "${name}" must be ${rule.wanted}, not ${shownValue(given)}.`);
    }
  }
  return value;
}

/** A value or a list of values as a list. */
export function list(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}

function accepts(rule: Rule, value: unknown): boolean {
  try {
    return rule.accepts(value);
  } catch (error) {
    throw new PomlOptionError((error as Error).message);
  }
}

function unknownOption(name: string, place: OptionsPlace): PomlOptionError {
  const near = nearest(name, place.options);
  const hint = near === undefined ? `Known options: ${place.options.join(', ')}.` : `Did you mean "${near}"?`;
  return new PomlOptionError(`${place.name} has no option "${name}". ${hint}`);
}

/** A point in time as milliseconds since 1970; `NaN` for what is none. */
export function milliseconds(value: unknown): number {
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
