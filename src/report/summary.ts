import type { RecordedPlace, VerdictRecord } from '../golden/record.ts';
import type { ReportOptions } from './diff.ts';
import { shownPath } from './diff.ts';
import { clip, escapeLine } from './escape.ts';
import type { Outcome, PromptGroup } from './groups.ts';
import { countBy, groupByPrompt, outcomeOf, RED, redCount } from './groups.ts';
import { UPDATE_COMMAND } from './message.ts';
import { count, plural } from './rows.ts';
import type { Style } from './style.ts';
import { PLAIN } from './style.ts';
import { displayWidth } from './width.ts';

/** Goldens that no test asked for. */
export interface ObsoleteFolder {
  /** Absolute folder. */
  folder: string;
  /** Names of the goldens in it, without suffix. */
  ids: readonly string[];
  /** They were removed in this run. */
  removed?: boolean;
}

/** What a run found, of all its workers. */
export interface RunResults {
  records: readonly VerdictRecord[];
  obsolete?: readonly ObsoleteFolder[];
}

/** Bounds of the summary; there is always a word about what was left out. */
const MAX_PROMPTS = 16;
const MAX_FAILING_PROMPTS = 8;
const MAX_CAUSES = 3;
const MAX_NAMES = 4;
const MAX_REASONS = 5;
const MAX_LABEL = 56;
const MAX_TEXT = 160;

/**
 * The report at the end of a run, as lines to print: traces per prompt, live or recorded and why, then what
 * changed, failed, is new, obsolete, skipped, or raises. Some 100 lines at most, however large the run.
 * Empty when nothing was rendered.
 */
export function printSummary(results: RunResults, options: ReportOptions = {}): string[] {
  const { records } = results;
  const style = options.style ?? PLAIN;
  const obsolete = results.obsolete ?? [];
  if (records.length === 0 && obsolete.length === 0) return [];
  const groups = groupByPrompt(records, options.root);
  const sections = [
    [style.bold(headline(records, groups))],
    table(groups, records, style),
    failures(groups, options, style),
    notes(records, obsolete, options, style),
    [totals(records, obsolete, style)],
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : ['', ...section]));
}

/** `465 traces and 3 calls of 38 prompts, from 16 sessions`. */
function headline(records: readonly VerdictRecord[], groups: readonly PromptGroup[]): string {
  const traces = records.filter(({ trace }) => trace !== undefined);
  const calls = records.length - traces.length;
  const sessions = new Set(traces.map(({ session }) => session)).size;
  const what = [
    ...(traces.length > 0 ? [plural(traces.length, 'trace')] : []),
    ...(calls > 0 ? [plural(calls, 'call')] : []),
  ];
  const from = sessions > 0 ? `, from ${plural(sessions, 'session')}` : '';
  return `POML: ${what.join(' and ') || 'nothing rendered'} of ${plural(groups.length, 'prompt')}${from}`;
}

function table(groups: readonly PromptGroup[], records: readonly VerdictRecord[], style: Style): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, MAX_PROMPTS);
  const rest = groups.slice(MAX_PROMPTS);
  const unit = records.every(({ trace }) => trace !== undefined) ? 'traces' : 'renders';
  const labels = shown.map(({ label }) => clipStart(label, MAX_LABEL));
  const wide = Math.max(8, ...labels.map(displayWidth));
  const row = (label: string, cells: readonly string[], outcome: string) =>
    `  ${label}${' '.repeat(wide - displayWidth(label))}  ${cells.map((cell) => cell.padStart(8)).join('  ')}  ${outcome}`.trimEnd();
  const lines = [style.dim(row('prompt', [unit, 'live', 'recorded'], ''))];
  shown.forEach((group, i) => {
    const cells = [group.records.length, group.live, group.recorded].map(count);
    lines.push(row(labels[i]!, cells, outcomeWords(group, style)));
  });
  if (rest.length > 0) {
    const red = rest.reduce((sum, group) => sum + redCount(group), 0);
    const total = rest.reduce((sum, group) => sum + group.records.length, 0);
    const what = red === 0 ? 'none changed or failed' : `${count(red)} changed or failed`;
    lines.push(style.dim(`  … ${plural(rest.length, 'more prompt')} with ${count(total)} ${unit}, ${what}`));
  }
  return lines;
}

const WORDS: Record<Outcome, (n: number) => string> = {
  same: (n) => `${count(n)} same`,
  failed: (n) => `${count(n)} failed`,
  changed: (n) => `${count(n)} changed`,
  missing: (n) => `${count(n)} without a golden`,
  written: (n) => `${count(n)} new`,
  updated: (n) => `${count(n)} updated`,
  unreproducible: (n) => `${count(n)} unreproducible`,
};

const ORDER: readonly Outcome[] = [...RED, 'updated', 'written', 'unreproducible'];

function outcomeWords(group: PromptGroup, style: Style): string {
  const words = ORDER.flatMap((outcome) => {
    const n = group.outcomes.get(outcome) ?? 0;
    return n > 0 ? [paint(outcome, WORDS[outcome](n), style)] : [];
  });
  if (words.length === 0) return style.green('✓');
  return `${redCount(group) > 0 ? style.red('✗') : style.green('✓')} ${words.join(', ')}`;
}

function paint(outcome: Outcome, text: string, style: Style): string {
  if (RED.includes(outcome)) return style.red(text);
  return outcome === 'unreproducible' ? style.yellow(text) : style.green(text);
}

/** Each prompt with failures: its causes, each with the first traces that show it. */
function failures(groups: readonly PromptGroup[], options: ReportOptions, style: Style): string[] {
  const red = groups.filter((group) => redCount(group) > 0);
  const lines: string[] = [];
  for (const group of red.slice(0, MAX_FAILING_PROMPTS)) {
    lines.push(style.red(`✗ ${clipStart(group.label, MAX_TEXT)}`));
    const failing = group.records.filter((record) => RED.includes(outcomeOf(record)));
    const causes = countBy(failing, ({ reason }) => reason ?? '');
    for (const [reason, records] of causes.slice(0, MAX_CAUSES)) {
      lines.push(
        `    ${oneLine(reason)}`,
        style.dim(`      ${names(records)}${firstPlace(records, options.root)}`),
      );
    }
    const more = causes.slice(MAX_CAUSES).reduce((sum, [, records]) => sum + records.length, 0);
    if (more > 0) lines.push(style.dim(`    … and ${count(more)} more, of other causes`));
  }
  const rest = red.slice(MAX_FAILING_PROMPTS);
  if (rest.length > 0) {
    const total = rest.reduce((sum, group) => sum + redCount(group), 0);
    lines.push(style.red(`✗ … ${plural(rest.length, 'more prompt')} with ${count(total)} changed or failed`));
  }
  return lines;
}

/** What is no failure but must be known. */
function notes(
  records: readonly VerdictRecord[],
  obsolete: readonly ObsoleteFolder[],
  options: ReportOptions,
  style: Style,
): string[] {
  const raising = records.filter(({ errors, status }) => errors !== undefined && status !== 'failed');
  const unreproducible = records.filter(({ status }) => status === 'unreproducible');
  return [
    ...whyRecorded(records, style),
    ...note(raising, 'raises an error in strict mode', 'raise an error in strict mode', style),
    ...note(
      unreproducible,
      'skipped: its template changes its own context, so what went in is not recorded',
      'skipped: their templates change their own context, so what went in is not recorded',
      style,
    ),
    ...obsolete.flatMap((folder) => obsoleteLines(folder, options, style)),
  ];
}

function note(records: readonly VerdictRecord[], one: string, many: string, style: Style): string[] {
  if (records.length === 0) return [];
  return [
    style.yellow(`${plural(records.length, 'call')} ${records.length === 1 ? one : many}`),
    style.dim(`    ${names(records)}`),
  ];
}

/** Why `auto` took the recorded text: the reasons, paths in them folded so that alike ones count together. */
function whyRecorded(records: readonly VerdictRecord[], style: Style): string[] {
  const recorded = records.filter(({ source }) => source?.whyNotLive !== undefined);
  if (recorded.length === 0) return [];
  const reasons = countBy(recorded, ({ source }) => source?.whyNotLive ?? '');
  const lines = [
    style.yellow(`${plural(recorded.length, 'trace')} rendered from the recorded text, not the prompt file`),
  ];
  for (const [reason, same] of reasons.slice(0, MAX_REASONS)) {
    lines.push(style.dim(`    ${count(same.length)}: ${oneLine(reason)}`));
  }
  const more = reasons.slice(MAX_REASONS).reduce((sum, [, same]) => sum + same.length, 0);
  if (more > 0)
    lines.push(style.dim(`    ${count(more)}: for ${plural(reasons.length - MAX_REASONS, 'more reason')}`));
  if (reasons.some(([reason]) => reason.includes('is not here'))) {
    lines.push(style.dim('    where a recorded folder is now is told by the option sourceRoots'));
  }
  return lines;
}

function obsoleteLines(
  { folder, ids, removed }: ObsoleteFolder,
  options: ReportOptions,
  style: Style,
): string[] {
  if (ids.length === 0) return [];
  const what = removed ? 'removed' : `obsolete; remove with ${options.updateCommand ?? UPDATE_COMMAND}`;
  const shown = ids.slice(0, MAX_NAMES).map((id) => escapeLine(clip(id, 60)));
  const more = ids.length - shown.length;
  return [
    style.yellow(`${plural(ids.length, 'golden')} ${what}`),
    style.dim(
      `    ${shownPath(folder, options.root)}: ${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
    ),
  ];
}

/** `439 same, 12 changed, 3 failed`. */
function totals(
  records: readonly VerdictRecord[],
  obsolete: readonly ObsoleteFolder[],
  style: Style,
): string {
  const outcomes = new Map<Outcome, number>();
  for (const record of records) outcomes.set(outcomeOf(record), (outcomes.get(outcomeOf(record)) ?? 0) + 1);
  const words = (['same', ...ORDER] as const).flatMap((outcome) => {
    const n = outcomes.get(outcome) ?? 0;
    return n > 0 ? [paint(outcome, WORDS[outcome](n), style)] : [];
  });
  const stale = obsolete.reduce((sum, { ids, removed }) => sum + (removed ? 0 : ids.length), 0);
  if (stale > 0) words.push(style.yellow(`${count(stale)} obsolete`));
  return words.join(style.dim(', '));
}

/** The first of some records; the session is named once for those that follow each other. */
function names(records: readonly VerdictRecord[]): string {
  let before: string | undefined;
  const shown = records.slice(0, MAX_NAMES).map(({ title, trace }) => {
    const session = trace !== undefined && title.endsWith(trace) ? title.slice(0, -trace.length) : undefined;
    const name = session !== undefined && session === before ? (trace ?? title) : title;
    before = session;
    return escapeLine(clip(name, 80));
  });
  const more = records.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${count(more)} more` : '');
}

function firstPlace(records: readonly VerdictRecord[], root: string | undefined): string {
  const place = records.find(({ locations }) => locations)?.locations?.[0];
  return place ? `  at ${placeOf(place, root)}` : '';
}

function placeOf({ file, line, column }: RecordedPlace, root: string | undefined): string {
  return `${file === undefined ? '<markup>' : shownPath(file, root)}:${line}:${column}`;
}

function oneLine(text: string): string {
  return escapeLine(clip(text.split('\n', 1)[0] ?? '', MAX_TEXT));
}

/** Keeps the end of a text: of a long path the file name matters. */
function clipStart(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}
