import { CHANGE_CLASSES, type ChangeClass } from '../golden/classes.ts';
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
    const calls = rest.reduce((sum, group) => sum + group.length, 0);
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

/** What differs for one reason, those with the most calls first. */
function groupsOf(verdicts: readonly Verdict[]): Verdict[][] {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    if (verdict.status !== 'changed' && verdict.status !== 'failed') continue;
    const key = verdict.causes[0]?.key ?? JSON.stringify([verdict.prompt, verdict.status, verdict.reason]);
    const group = groups.get(key);
    if (group) group.push(verdict);
    else groups.set(key, [verdict]);
  }
  return [...groups.values()].sort((one, other) => other.length - one.length);
}

function printGroup(
  group: readonly Verdict[],
  allowed: readonly ChangeClass[],
  options: ReportOptions,
  style: Style,
): string[] {
  const [exemplar] = group as [Verdict];
  const classes = CHANGE_CLASSES.filter((name) => group.some((verdict) => verdict.classes.includes(name)));
  const isAllowed = classes.length > 0 && classes.every((name) => allowed.includes(name));
  const what = exemplar.causes[0]?.summary ?? `${exemplar.prompt}: ${exemplar.reason}`;
  const kinds = [...classes, ...(isAllowed ? ['allowed'] : [])].join(', ');
  const accepted = group.filter((verdict) => verdict.accepted).length;
  const heading = `${escapeLine(clip(what, 160))}  ${plural(group.length, 'call')}${kinds === '' ? '' : ` (${kinds})`}${
    accepted > 0 ? `, ${count(accepted)} accepted` : ''
  }`;
  const diff =
    exemplar.status === 'failed'
      ? [`    ${escapeLine(clip(exemplar.reason, 300))}`]
      : printDiff(exemplar, { ...options, maxLines: LINES_OF_GROUP }).map((line) =>
          line === '' ? '' : `    ${line}`,
        );
  return [
    isAllowed ? style.yellow(heading) : style.red(heading),
    style.dim(`  ${listTitles(group.map(({ title }) => title))}`),
    ...diff,
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
