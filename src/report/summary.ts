import type { VerdictRecord } from '../golden/record.ts';
import { signedPercent, type TokenTotals } from './cost/cost.ts';
import { printCoverage } from './coverage/table.ts';
import type { ReportOptions } from './diff.ts';
import { clip, escapeLine } from './escape.ts';
import { headlineOf, tokenWords } from './headline.ts';
import { UPDATE_COMMAND } from './message.ts';
import type {
  ObsoleteFolder,
  Outcome,
  OutcomeCounts,
  PromptModel,
  RunModel,
  RunTotals,
} from './model/index.ts';
import { isRed, OUTCOMES, RED, redCount } from './model/index.ts';
import { shownPath } from './paths.ts';
import { count, plural } from './rows.ts';
import type { Style } from './style.ts';
import { PLAIN } from './style.ts';
import { clipStart, countBy, firstPlace, MAX_NAMES, names, oneLine, unitOf } from './summary-words.ts';
import { displayWidth } from './width.ts';

/** Bounds of the summary; there is always a word about what was left out. */
const MAX_PROMPTS = 16;
const MAX_CAUSES = 16;
const MAX_OTHERS = 5;
const MAX_REASONS = 5;
const MAX_LABEL = 56;

/**
 * The report at the end of a run, as lines to print: traces per prompt, live or recorded and why, then what
 * changed and why, failed, is new, obsolete, skipped, or raises. Some 100 lines at most, however large the run.
 * Empty when nothing was rendered.
 */
export function printSummary(model: RunModel, options: ReportOptions = {}): string[] {
  if (model.records.length === 0 && model.obsolete.length === 0) return [];
  const style = options.style ?? PLAIN;
  const sections = [
    [style.bold(headline(model.totals))],
    table(model, style),
    causes(model, style),
    failuresWithoutCause(model, style),
    notes(model, options, style),
    model.coverage ? printCoverage(model.coverage, { ...options, root: model.root }) : [],
    cost(model, style),
    gateLines(model, style),
    [totals(model, style)],
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : ['', ...section]));
}

/** `465 traces and 3 calls of 38 prompts, from 16 sessions`. */
function headline({ traces, calls, sessions, prompts }: RunTotals): string {
  const what = [
    ...(traces > 0 ? [plural(traces, 'trace')] : []),
    ...(calls > 0 ? [plural(calls, 'call')] : []),
  ];
  const from = sessions > 0 ? `, from ${plural(sessions, 'session')}` : '';
  return `POML: ${what.join(' and ') || 'nothing rendered'} of ${plural(prompts, 'prompt')}${from}`;
}

function table({ prompts, totals: { calls } }: RunModel, style: Style): string[] {
  if (prompts.length === 0) return [];
  const shown = prompts.slice(0, MAX_PROMPTS);
  const rest = prompts.slice(MAX_PROMPTS);
  const unit = calls === 0 ? 'traces' : 'renders';
  const labels = shown.map(({ label }) => escapeLine(clipStart(label, MAX_LABEL)));
  const wide = Math.max(8, ...labels.map(displayWidth));
  const row = (label: string, cells: readonly string[], outcome: string) =>
    `  ${label}${' '.repeat(wide - displayWidth(label))}  ${cells.map((cell) => cell.padStart(8)).join('  ')}  ${outcome}`.trimEnd();
  const counted = shown.some(({ tokens }) => tokens !== undefined);
  const head = [unit, 'live', 'recorded', ...(counted ? ['tokens'] : [])];
  const lines = [style.dim(row('prompt', head, ''))];
  shown.forEach((prompt, i) => {
    const cells = [
      ...[prompt.records.length, prompt.live, prompt.recorded].map(count),
      ...(counted ? [deltaOf(prompt.tokens)] : []),
    ];
    lines.push(row(labels[i]!, cells, outcomeWords(prompt, style)));
  });
  if (rest.length > 0) {
    const red = rest.reduce((sum, { outcomes }) => sum + redCount(outcomes), 0);
    const total = rest.reduce((sum, { records }) => sum + records.length, 0);
    const what = red === 0 ? 'none changed or failed' : `${count(red)} changed or failed`;
    lines.push(style.dim(`  … ${plural(rest.length, 'more prompt')} with ${count(total)} ${unit}, ${what}`));
  }
  return lines;
}

/** How many per cent more tokens its changed calls take. */
function deltaOf(tokens: TokenTotals | undefined): string {
  return tokens && tokens.before !== tokens.after ? signedPercent(tokens.before, tokens.after) : '';
}

const WORDS: Record<Outcome, (n: number) => string> = {
  same: (n) => `${count(n)} same`,
  failed: (n) => `${count(n)} failed`,
  changed: (n) => `${count(n)} changed`,
  missing: (n) => `${count(n)} without a golden`,
  allowed: (n) => `${count(n)} changed as allowed`,
  written: (n) => `${count(n)} new`,
  updated: (n) => `${count(n)} updated`,
  unreproducible: (n) => `${count(n)} unreproducible`,
};

function outcomeWords({ outcomes }: PromptModel, style: Style): string {
  const words = wordsOf(outcomes, style, 'same');
  if (words.length === 0) return style.green('✓');
  return `${redCount(outcomes) > 0 ? style.red('✗') : style.green('✓')} ${words.join(', ')}`;
}

/** `12 changed`, `3 failed`, the worst first. */
function wordsOf(outcomes: OutcomeCounts, style: Style, leftOut?: Outcome): string[] {
  return OUTCOMES.flatMap((outcome) => {
    const n = outcomes[outcome] ?? 0;
    return n > 0 && outcome !== leftOut ? [paint(outcome, WORDS[outcome](n), style)] : [];
  });
}

function paint(outcome: Outcome, text: string, style: Style): string {
  if (RED.includes(outcome)) return style.red(text);
  if (outcome === 'same') return text;
  return outcome === 'unreproducible' ? style.yellow(text) : style.green(text);
}

/** What made renders change or fail, each with the first traces that show it. */
function causes({ causes: all, records }: RunModel, style: Style): string[] {
  const red = all.filter((cause) => cause.red > 0);
  // A line that says that there is one more is as long as that one.
  const shown = red.length === MAX_CAUSES + 1 ? red.length : MAX_CAUSES;
  const lines: string[] = [];
  const named = red.slice(0, shown);
  let beside = 0;
  for (const [i, cause] of named.entries()) {
    const { summary, red: failing, records: touched, prompts, tokens } = cause;
    lines.push(style.red(`✗ ${oneLine(summary)}`));
    // Edits that touch the same calls name them once.
    if (isSame(named[i + 1]?.records, touched)) {
      beside++;
      continue;
    }
    const failures = touched.map((index) => records[index]!).filter(isRed);
    const [only] = prompts;
    const where =
      prompts.length > 1
        ? `${plural(prompts.length, 'prompt')}`
        : escapeLine(clipStart(only ?? '', MAX_LABEL));
    const each = beside > 0 ? 'each in ' : '';
    beside = 0;
    lines.push(
      style.dim(`    ${each}${plural(failing, unitOf(failures))} of ${where}: ${names(failures)}`),
      ...(tokens && tokens.before !== tokens.after
        ? [style.dim(`    ${tokenWords(tokens, undefined)}`)]
        : []),
    );
  }
  const rest = red.slice(shown);
  if (rest.length > 0) {
    const touched = new Set(rest.flatMap((cause) => cause.records).filter((index) => isRed(records[index]!)));
    lines.push(style.red(`✗ … ${plural(rest.length, 'more cause')}, in ${plural(touched.size, 'render')}`));
  }
  return lines;
}

function isSame(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one?.length === other.length && one.every((index, i) => index === other[i]);
}

/** What failed without anything that could be named as its cause, such as a golden that is not there: by its reason. */
function failuresWithoutCause({ root, records }: RunModel, style: Style): string[] {
  const failing = records.filter((record) => isRed(record) && !record.causes);
  const reasons = countBy(failing, ({ reason }) => reason ?? '');
  const lines: string[] = [];
  for (const [reason, same] of reasons.slice(0, MAX_OTHERS)) {
    lines.push(
      style.red(`✗ ${oneLine(reason)}`),
      style.dim(`    ${plural(same.length, unitOf(same))}: ${names(same)}${firstPlace(same, root)}`),
    );
  }
  const more = reasons.slice(MAX_OTHERS).reduce((sum, [, same]) => sum + same.length, 0);
  if (more > 0) lines.push(style.red(`✗ … and ${plural(more, 'more render')}, for other reasons`));
  return lines;
}

/** What the changes cost. */
function cost(model: RunModel, style: Style): string[] {
  const { tokens, price } = headlineOf(model);
  if (tokens === undefined) return [];
  return [`${tokens}${price === undefined ? '' : style.dim(` (${escapeLine(price)})`)}`];
}

/** What the gates that are set say. */
function gateLines({ gates = [] }: RunModel, style: Style): string[] {
  return gates.map(({ passed, line }) =>
    passed ? style.dim(`✓ ${oneLine(line)}`) : style.red(`✗ gate ${oneLine(line)}`),
  );
}

/** What is no failure but must be known. */
function notes(
  { records, obsolete, root, notes: own = [] }: RunModel,
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
    ...own.map((line) => style.yellow(oneLine(line))),
    ...obsolete.flatMap((folder) => obsoleteLines(folder, root, options, style)),
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
  { kind = 'golden', folder, ids, removed }: ObsoleteFolder,
  root: string,
  options: ReportOptions,
  style: Style,
): string[] {
  if (ids.length === 0) return [];
  const what = removed ? 'removed' : `obsolete; remove with ${options.updateCommand ?? UPDATE_COMMAND}`;
  const shown = ids.slice(0, MAX_NAMES).map((id) => escapeLine(clip(id, 60)));
  const more = ids.length - shown.length;
  const words = {
    golden: `${plural(ids.length, 'golden')} ${what}`,
    asset: `${plural(ids.length, 'file')} that no golden brings along ${what}`,
    orphan: `${plural(ids.length, 'captured golden')} whose prompt is gone; remove ${ids.length === 1 ? 'it' : 'them'}, or name where the prompt is now in sourceRoots`,
  };
  return [
    style.yellow(words[kind]),
    style.dim(
      `    ${shownPath(folder, root)}: ${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
    ),
  ];
}

/** `439 same, 12 changed, 3 failed`. */
function totals({ totals: { outcomes }, obsolete }: RunModel, style: Style): string {
  const { same } = outcomes;
  const words = [...(same ? [WORDS.same(same)] : []), ...wordsOf(outcomes, style, 'same')];
  const stale = obsolete
    .filter(({ kind, removed }) => !removed && kind !== 'orphan')
    .reduce((sum, { ids }) => sum + ids.length, 0);
  if (stale > 0) words.push(style.yellow(`${count(stale)} obsolete`));
  return words.join(style.dim(', '));
}
