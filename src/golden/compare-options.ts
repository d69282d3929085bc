import { type JsonPath, parseJsonPath } from './json-path.ts';
import type { Scrubber } from './scrub.ts';
import { SCRUBBERS, type ScrubberName } from './scrubbers.ts';
import { shownValue } from './shown-value.ts';

/** A scrubber as options name it: a built-in one, an expression, or an expression with a name. */
export type ScrubOption =
  | ScrubberName
  | RegExp
  | { pattern: RegExp | string; flags?: string | undefined; name?: string | undefined };

/**
 * What counts as the same beside equal bytes, which are always tried first. In the options of a project, and of one
 * `toRenderLike`, where each key wins over the project's.
 */
export interface CompareOptions {
  /**
   * Parts of texts that differ from run to run, replaced on both sides before comparing: `'timestamps'`, `'uuids'`,
   * `'paths'`, a regular expression (its first group, where it has one), or `{ pattern, name }`. Values are numbered
   * by identity: `{uuid_1}`, `{uuid_2}`, so two that were equal must stay equal.
   */
  scrub?: readonly ScrubOption[] | undefined;
  /** Places of the result that are not compared, as JSON paths: `runtime.seed`, `$..description`, `messages[0]`. */
  ignore?: readonly string[] | undefined;
  /**
   * White space in the texts of messages: `exact` (default), `trailing` forgives it at the ends of lines and of the text,
   * `collapse` takes any run of it for one space, `ignore` leaves it out.
   */
  whitespace?: WhitespaceMode | undefined;
  /** Pictures: `pixels` (default) compares them decoded, `bytes` does not, `{ share }` lets this share of pixels differ (0 to 1). */
  media?: MediaMode | undefined;
  /** Whether the order of tools counts: `exact` (default) or `any`. */
  toolOrder?: 'exact' | 'any' | undefined;
}

/** How white space in messages is compared. */
export type WhitespaceMode = 'exact' | 'trailing' | 'collapse' | 'ignore';

/** How pictures are compared. */
export type MediaMode = 'pixels' | 'bytes' | { share: number };

/** An option of the comparison that cannot be used; the message names it and what it takes. */
export class CompareOptionError extends Error {
  override readonly name = 'CompareOptionError';
}

/** Checked options, ready to use. */
export interface Tolerance {
  scrubbers: readonly Scrubber[];
  ignore: readonly JsonPath[];
  whitespace: WhitespaceMode;
  media: MediaMode;
  toolOrder: 'exact' | 'any';
}

const WHITESPACE: readonly string[] = ['exact', 'trailing', 'collapse', 'ignore'] satisfies WhitespaceMode[];
const KNOWN = ['scrub', 'ignore', 'whitespace', 'media', 'toolOrder'] satisfies (keyof CompareOptions)[];

/**
 * Checks options and makes them ready.
 *
 * @throws CompareOptionError that names the option, what it got and what it takes
 * @example toleranceOf({ scrub: ['uuids', /ticket-\d+/], whitespace: 'trailing' })
 */
export function toleranceOf(options: CompareOptions): Tolerance {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong('compare', 'an object of options', options);
  for (const name of Object.keys(options)) {
    if (!(KNOWN as string[]).includes(name))
      throw new CompareOptionError(`compare has no option "${name}". Known options: ${KNOWN.join(', ')}.`);
  }
  const { scrub = [], ignore = [], whitespace = 'exact', media = 'pixels', toolOrder = 'exact' } = options;
  if (!Array.isArray(scrub))
    throw wrong('compare.scrub', "a list, e.g. ['timestamps', /ticket-\\d+/]", scrub);
  if (!Array.isArray(ignore))
    throw wrong('compare.ignore', "a list of JSON paths, e.g. ['runtime.seed']", ignore);
  if (!WHITESPACE.includes(whitespace))
    throw wrong('compare.whitespace', "'exact', 'trailing', 'collapse' or 'ignore'", whitespace);
  if (!isMediaMode(media))
    throw wrong('compare.media', "'pixels', 'bytes' or { share } with a number from 0 to 1", media);
  if (toolOrder !== 'exact' && toolOrder !== 'any')
    throw wrong('compare.toolOrder', "'exact' or 'any'", toolOrder);
  return {
    scrubbers: scrub.map(scrubberOf),
    ignore: ignore.map(pathOf),
    whitespace,
    media,
    toolOrder,
  };
}

/** The same options as plain JSON: not every way into a worker takes regular expressions. What is wrong stays as it is. */
export function plainCompareOptions(options: CompareOptions): CompareOptions {
  if (!Array.isArray(options.scrub)) return options;
  return { ...options, scrub: options.scrub.map(plainScrub) };
}

function plainScrub(option: ScrubOption): ScrubOption {
  if (isRegExp(option)) return { pattern: option.source, flags: option.flags };
  if (typeof option !== 'object' || !isRegExp(option?.pattern)) return option;
  return { ...option, pattern: option.pattern.source, flags: option.pattern.flags };
}

function isMediaMode(media: unknown): media is MediaMode {
  if (media === 'pixels' || media === 'bytes') return true;
  const share = (media as { share?: unknown } | null)?.share;
  return typeof share === 'number' && share >= 0 && share <= 1;
}

function scrubberOf(option: ScrubOption, index: number): Scrubber {
  if (typeof option === 'string') {
    if (Object.hasOwn(SCRUBBERS, option)) return SCRUBBERS[option];
    throw wrong('compare.scrub', `${Object.keys(SCRUBBERS).join(', ')} or a regular expression`, option);
  }
  const { pattern, flags, name } = isRegExp(option) ? { pattern: option } : (option ?? {});
  const shown = name ?? `scrubbed${index + 1}`;
  if (isRegExp(pattern)) return { name: shown, pattern };
  if (typeof pattern !== 'string')
    throw wrong('compare.scrub', 'a name, a regular expression or { pattern, name }', option);
  try {
    return { name: shown, pattern: new RegExp(pattern, flags) };
  } catch (error) {
    throw new CompareOptionError(`compare.scrub: ${(error as Error).message}.`);
  }
}

/** Also of another realm: tests may run in a context of their own. */
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

function pathOf(text: string): JsonPath {
  if (typeof text !== 'string') throw wrong('compare.ignore', 'a list of JSON paths', text);
  try {
    return parseJsonPath(text);
  } catch (error) {
    throw new CompareOptionError(`compare.ignore: ${(error as Error).message}`);
  }
}

function wrong(option: string, wanted: string, given: unknown): CompareOptionError {
  return new CompareOptionError(`The option "${option}" must be ${wanted}, not ${shownValue(given)}.`);
}
