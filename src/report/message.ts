import { hideKeys } from '../golden/redaction/hide-keys.ts';
import { isRenderError } from '../golden/render.ts';
import type { Verdict } from '../golden/verdict.ts';
import type { RenderError } from '../poml/errors.ts';
import type { NamedPlace, ReportOptions } from './diff.ts';
import { placeName, printDiff } from './diff.ts';
import { clip, escapeLine, escapeLines } from './escape.ts';
import { shownPath } from './paths.ts';
import { plural } from './rows.ts';
import { PLAIN } from './style.ts';

/** What a failing matcher says, in the parts that a test runner prints apart. */
export interface FailureMessage {
  /** First line(s): what was tested, which file, what happened. */
  message: string;
  /** The diff, code frame or list of errors; may be empty. */
  details: string;
  /** How to mend it. */
  mend: string;
  /** Places in the sources to point at, the most telling first. */
  places: NamedPlace[];
}

const MAX_ERRORS = 5;
const MAX_REASON = 2000;

/** What to say about a verdict that fails its test (or is skipped). */
export function failureMessage(verdict: Verdict, options: ReportOptions = {}): FailureMessage {
  const places = [...verdict.errors, ...verdict.differences].flatMap(({ location }) =>
    location ? [location, ...(location.includedFrom ?? []).toReversed()] : [],
  );
  const reason = escapeLines(clip(verdict.reason, MAX_REASON));
  return {
    message: `${escapeLine(verdict.title)}: ${reason}${sourceLine(verdict, options.root)}`,
    details: detailsOf(verdict, options).join('\n'),
    mend: mendOf(verdict, options).join('\n'),
    places: uniquePlaces([...causePlaces(verdict), ...places]),
  };
}

/**
 * What to say about a verdict whose causes another one has shown in full: one line.
 *
 * @param like Title of the other one.
 */
export function shortMessage(verdict: Verdict, like: string): FailureMessage {
  const [first, ...more] = verdict.causes;
  const others = more.length === 0 ? '' : ` and ${plural(more.length, 'other cause')}`;
  const what = first
    ? `${escapeLine(clip(first.summary, MAX_SUMMARY))}${others}`
    : escapeLine(verdict.reason);
  return {
    message: `${escapeLine(verdict.title)}: ${what}. ${escapeLine(like)} shows it.`,
    details: '',
    mend: '',
    places: causePlaces(verdict).slice(0, MAX_ERRORS),
  };
}

const MAX_SUMMARY = 300;

/** The whole failure message as one text. */
export function printFailure(verdict: Verdict, options: ReportOptions = {}): string {
  const { message, details, mend } = failureMessage(verdict, options);
  return [message, details, mend].filter((part) => part !== '').join('\n\n');
}

/** Which text was rendered. */
function sourceLine({ source }: Verdict, root: string | undefined): string {
  if (!source) return '';
  const file = source.path === undefined ? 'markup of the test' : shownPath(source.path, root);
  if (source.kind === 'live') return `\nrendered from ${file}`;
  const why =
    source.whyNotLive === undefined ? '' : ` (not live: ${escapeLine(clip(source.whyNotLive, 300))})`;
  return `\nrendered from the recorded ${file}${why}`;
}

function detailsOf(verdict: Verdict, options: ReportOptions): string[] {
  const raised = printErrors(verdict.errors, options);
  if (verdict.status === 'changed' || verdict.status === 'unreproducible') {
    const style = options.style ?? PLAIN;
    const legend =
      verdict.differences.length > 0 ? [`${style.red('- golden')}  ${style.green('+ render')}`, ''] : [];
    const also =
      raised.length > 0
        ? ['', `This call raises ${plural(verdict.errors.length, 'error')} in strict mode:`, ...raised]
        : [];
    return [...legend, ...printDiff(verdict, options), ...also];
  }
  return raised;
}

/** Errors with place and code frame. */
function printErrors(errors: readonly RenderError[], { root }: ReportOptions): string[] {
  const lines: string[] = [];
  for (const error of errors.slice(0, MAX_ERRORS)) {
    if (lines.length > 0) lines.push('');
    const place = error.location ? `${placeName(error.location, root)}: ` : '';
    lines.push(
      `${place}${escapeLines(clip(hideKeys(isRenderError(error) ? error.reason : String(error)), MAX_REASON))}`,
    );
    if (error.frame)
      lines.push(
        '',
        ...hideKeys(error.frame)
          .split('\n')
          .map((line) => escapeLine(line)),
      );
  }
  const rest = errors.length - MAX_ERRORS;
  return rest > 0 ? [...lines, '', `… and ${plural(rest, 'more error')}`] : lines;
}

/** The command that accepts what a run rendered. */
export const UPDATE_COMMAND = 'npx vitest run --update';

function mendOf(verdict: Verdict, { root, updateCommand: update = UPDATE_COMMAND }: ReportOptions): string[] {
  const file = verdict.golden === undefined ? undefined : `${shownPath(verdict.golden, root)}.result.json`;
  switch (verdict.status) {
    case 'changed':
      return file === undefined
        ? []
        : [
            `${verdict.errors.length > 0 ? 'The prompt raises an error. If it is right all the same' : 'If the new prompt is right'}, accept it: ${update}`,
            `Golden: ${file}`,
          ];
    case 'missing':
      return [
        `Create the golden: ${update}${file === undefined ? '' : `\nIt will be written to ${file}; commit it.`}`,
      ];
    case 'failed':
      if (verdict.actual && verdict.expectedJson === undefined && !verdict.cause) {
        return [
          `If the call is meant to work now, accept its result: ${update}`,
          ...(file ? [`Golden: ${file}`] : []),
        ];
      }
      return file && verdict.expectedJson !== undefined && !verdict.cause ? [`Golden: ${file}`] : [];
    default:
      return [];
  }
}

/** Where the causes are: in the lines that were edited. */
function causePlaces({ causes }: Verdict): NamedPlace[] {
  return causes.flatMap(({ file, line, column = 1 }) =>
    file === undefined || line === undefined ? [] : [{ file, line, column }],
  );
}

function uniquePlaces(places: readonly NamedPlace[]): NamedPlace[] {
  const seen = new Map(places.map((place) => [`${place.file}:${place.line}:${place.column}`, place]));
  return [...seen.values()].slice(0, MAX_ERRORS);
}
