import { CHANGE_CLASSES, type ChangeClass } from '../golden/classes.ts';
import { hideKeys } from '../golden/redaction/hide-keys.ts';
import type { Verdict } from '../golden/verdict.ts';
import { printDiff, type ReportOptions } from './diff.ts';
import { clip, escapeLine } from './escape.ts';
import { count, plural } from './rows.ts';
import { PLAIN, type Style } from './style.ts';
import { listTitles } from './titles.ts';

/** Two sides held against each other. */
export interface ComparedSides {
  /** Shown names. */
  before: string;
  after: string;
  verdicts: readonly Verdict[];
  /** Titles of calls that only one side has. */
  onlyBefore: readonly string[];
  onlyAfter: readonly string[];
  /** Classes whose differences are no failure. */
  allowed: readonly ChangeClass[];
}

const MAX_GROUPS = 20;
const LINES_OF_GROUP = 40;

/**
 * A comparison as lines to print: what differs, each cause once with the diff of one call and the number of all, then
 * counts by class. Some 200 lines at most for a usual change.
 */
export function printComparison(compared: ComparedSides, options: ReportOptions = {}): string[] {
  const style = options.style ?? PLAIN;
  const { verdicts } = compared;
  const groups = groupsOf(verdicts);
  const lines = [
    style.bold(`${escapeLine(compared.before)} → ${escapeLine(compared.after)}`),
    ...groups
      .slice(0, MAX_GROUPS)
      .flatMap((group) => ['', ...printGroup(group, compared.allowed, options, style)]),
  ];
  const rest = groups.slice(MAX_GROUPS);
  if (rest.length > 0) {
    const calls = rest.reduce((sum, { verdicts: touched }) => sum + touched.length, 0);
    lines.push(
      '',
      style.dim(`… and ${plural(rest.length, 'more cause')} with ${plural(calls, 'call')}; --json lists all`),
    );
  }
  lines.push(
    ...onlyIn(compared.onlyBefore, compared.before, style),
    ...onlyIn(compared.onlyAfter, compared.after, style),
  );
  return [...lines, '', totals(compared, style)];
}

/** Calls that differ for the same reasons. */
interface Group {
  /** The reasons, one line each. */
  causes: string[];
  verdicts: Verdict[];
}

/**
 * What differs, by cause. Causes that touch just the same calls stand together, with one diff for all; a call that
 * several groups touch is counted in each.
 */
function groupsOf(verdicts: readonly Verdict[]): Group[] {
  const causes = new Map<string, { summary: string; verdicts: Verdict[] }>();
  for (const verdict of verdicts) {
    if (verdict.status !== 'changed' && verdict.status !== 'failed') continue;
    for (const { key, summary } of reasonsOf(verdict)) {
      const known = causes.get(key);
      if (known) known.verdicts.push(verdict);
      else causes.set(key, { summary, verdicts: [verdict] });
    }
  }
  const positions = new Map(verdicts.map((verdict, i) => [verdict, i]));
  const groups = new Map<string, Group>();
  for (const { summary, verdicts: touched } of causes.values()) {
    const key = touched.map((verdict) => positions.get(verdict)).join();
    const group = groups.get(key);
    if (group) group.causes.push(summary);
    else groups.set(key, { causes: [summary], verdicts: touched });
  }
  return [...groups.values()].sort((one, other) => other.verdicts.length - one.verdicts.length);
}

/** The causes of a verdict; for one without any, the words for what differs. */
function reasonsOf({ causes, prompt, reason }: Verdict): { key: string; summary: string }[] {
  return causes.length > 0
    ? causes
    : [{ key: `${prompt} ${reason}`, summary: `${prompt}: ${hideKeys(reason)}` }];
}

const MAX_CAUSES = 12;

function printGroup(
  { causes, verdicts }: Group,
  allowed: readonly ChangeClass[],
  options: ReportOptions,
  style: Style,
): string[] {
  // The call that shows least else shows these causes best.
  const exemplar = verdicts.reduce((best, one) => (one.causes.length < best.causes.length ? one : best));
  const classes = CHANGE_CLASSES.filter((name) => verdicts.some((verdict) => verdict.classes.includes(name)));
  const isAllowed = classes.length > 0 && classes.every((name) => allowed.includes(name));
  const accepted = verdicts.filter((verdict) => verdict.accepted).length;
  const colour = isAllowed ? style.yellow : style.red;
  const marks = [
    ...(classes.length > 0 ? [classes.join(', ')] : []),
    ...(isAllowed ? ['allowed'] : []),
    ...(accepted > 0 ? [`${count(accepted)} accepted`] : []),
  ];
  const rest = causes.length - MAX_CAUSES;
  const diff =
    exemplar.status === 'failed'
      ? [escapeLine(clip(hideKeys(exemplar.reason), 300))]
      : printDiff(exemplar, { ...options, maxLines: LINES_OF_GROUP });
  return [
    ...causes.slice(0, MAX_CAUSES).map((cause) => colour(escapeLine(clip(cause, 160)))),
    ...(rest > 0 ? [colour(`… and ${plural(rest, 'more cause')}`)] : []),
    `  ${plural(verdicts.length, 'call')}${marks.length > 0 ? ` (${marks.join('; ')})` : ''}: ${style.dim(
      listTitles(verdicts.map(({ title }) => title)),
    )}`,
    ...diff.map((line) => (line === '' ? '' : `    ${line}`)),
  ];
}

function onlyIn(titles: readonly string[], side: string, style: Style): string[] {
  if (titles.length === 0) return [];
  return [
    '',
    style.yellow(`${plural(titles.length, 'call')} only in ${escapeLine(side)}`),
    style.dim(`  ${listTitles(titles)}`),
  ];
}

/** `19 same, 12 changed: 11 wording, 1 whitespace`. */
function totals({ verdicts, onlyBefore, onlyAfter }: ComparedSides, style: Style): string {
  const by = (status: Verdict['status']) => verdicts.filter((verdict) => verdict.status === status).length;
  const changed = by('changed');
  const classes = CHANGE_CLASSES.flatMap((name) => {
    const n = verdicts.filter((verdict) => verdict.classes.includes(name)).length;
    return n > 0 ? [`${count(n)} ${name}`] : [];
  });
  const failed = by('failed');
  const alone = onlyBefore.length + onlyAfter.length;
  return [
    style.green(`${count(by('same'))} same`),
    ...(changed > 0
      ? [style.red(`${count(changed)} changed${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`)]
      : []),
    ...(failed > 0 ? [style.red(`${count(failed)} failed`)] : []),
    ...(by('unreproducible') > 0 ? [style.yellow(`${count(by('unreproducible'))} unreproducible`)] : []),
    ...(alone > 0 ? [style.yellow(`${count(alone)} without a counterpart`)] : []),
  ].join(style.dim(', '));
}
