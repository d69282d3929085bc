import {
  type CoverageReport,
  type CoveredPrompt,
  missingCalls,
  type Tally,
} from '../../golden/coverage/index.ts';
import type { ReportOptions } from '../diff.ts';
import { clip, escapeLine } from '../escape.ts';
import { shownPath } from '../paths.ts';
import { count, plural } from '../rows.ts';
import { PLAIN, type Style } from '../style.ts';
import { displayWidth } from '../width.ts';

/** Bounds of the report; there is always a word about what was left out. */
const MAX_FILES = 50;
const MAX_MISSING = 40;
const MAX_LABEL = 48;
const MAX_ADVICE = 140;
const MAX_NAMES = 6;

const COLUMNS = ['elements', 'branches', 'loops', 'includes', 'expressions'] as const;

/** The coverage of prompts as lines to print: a table by file, then what to record for more. Empty without any prompt. */
export function printCoverage(report: CoverageReport, options: ReportOptions = {}): string[] {
  if (report.files.length === 0) return [];
  const style = options.style ?? PLAIN;
  return [
    style.bold(headline(report)),
    '',
    ...table(report, options, style),
    ...section(missingLines(report, options, style)),
    ...section(uncalledLines(report, options, style)),
    ...section(unreadLines(report, options, style)),
  ];
}

/** How much was reached, in percent with one digit, rounded down: 100 only when it is all, 0 only when it is nothing. */
export function percent({ covered, total }: Tally): number {
  if (total === 0 || covered === total) return 100;
  return covered === 0 ? 0 : Math.max(0.1, Math.floor((covered / total) * 1000) / 10);
}

function section(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function headline({ files, tallies }: CoverageReport): string {
  const prompts = files.filter(({ included }) => !included);
  const parts = files.length - prompts.length;
  const calls = prompts.reduce((sum, prompt) => sum + prompt.calls, 0);
  const including = parts === 0 ? '' : `, ${plural(parts, 'include')}`;
  return `POML coverage: ${percent(tallies.all)}% by ${plural(calls, 'call')} of ${plural(prompts.length, 'prompt')}${including}`;
}

function table(report: CoverageReport, options: ReportOptions, style: Style): string[] {
  const shown = report.files.slice(0, MAX_FILES);
  const labels = shown.map((file) => labelOf(file, options));
  const wide = Math.max(6, ...labels.map(displayWidth));
  const row = (label: string, cells: readonly string[]): string =>
    `  ${label}${' '.repeat(wide - displayWidth(label))}  ${cells.join('  ')}`;
  const heads = ['calls', ...COLUMNS, 'context', 'all'];
  const pad = (texts: readonly string[]): string[] =>
    texts.map((text, index) => text.padStart(Math.max(7, heads[index]!.length)));
  const lines = [style.dim(row('prompt', pad(heads)))];
  for (const [index, file] of shown.entries()) {
    const { tallies, context } = file;
    const cells = pad([
      count(file.calls),
      ...COLUMNS.map((name) => fraction(tallies[name])),
      context
        ? fraction({
            covered: context.paths.filter(({ calls }) => calls > 0).length,
            total: context.paths.length,
          })
        : '-',
      `${percent(tallies.all)}%`,
    ]);
    const paint = paintOf(tallies.all, style);
    lines.push(row(labels[index]!, [...cells.slice(0, -1), paint(cells.at(-1)!)]));
  }
  const more = report.files.length - shown.length;
  if (more > 0) lines.push(style.dim(`  … ${plural(more, 'more file')}`));
  return lines;
}

function labelOf({ path, points }: CoveredPrompt, { root }: ReportOptions): string {
  if (path === undefined) {
    const first = points.find(({ kind }) => kind === 'element');
    return clip(`<markup>${first === undefined ? '' : ` ${escapeLine(`<${first.text}>`)}`}`, MAX_LABEL);
  }
  const shown = shownPath(path, root);
  return shown.length <= MAX_LABEL ? shown : `…${shown.slice(1 - MAX_LABEL)}`;
}

function fraction({ covered, total }: Tally): string {
  return total === 0 ? '-' : `${covered}/${total}`;
}

function paintOf(tally: Tally, style: Style): (text: string) => string {
  const share = percent(tally);
  return share === 100 ? style.green : share >= 50 ? style.yellow : style.red;
}

function missingLines(report: CoverageReport, options: ReportOptions, style: Style): string[] {
  const all = report.files.flatMap((file) =>
    missingCalls(file).map(({ line, column, when }) => ({
      place: `${placeOf(file, options)}:${line}:${column}`,
      when,
    })),
  );
  if (all.length === 0) return [];
  const shown = all.slice(0, MAX_MISSING);
  const wide = Math.max(...shown.map(({ place }) => displayWidth(place)));
  const lines = shown.map(
    ({ place, when }) =>
      `  ${style.dim(place)}${' '.repeat(wide - displayWidth(place))}  ${escapeLine(clip(when, MAX_ADVICE))}`,
  );
  const more = all.length - shown.length;
  return [
    style.yellow('To exercise more, record a call in which'),
    ...lines,
    ...(more > 0 ? [style.dim(`  … and ${count(more)} more`)] : []),
  ];
}

function placeOf({ path }: CoveredPrompt, { root }: ReportOptions): string {
  return path === undefined ? '<markup>' : shownPath(path, root);
}

function uncalledLines(report: CoverageReport, options: ReportOptions, style: Style): string[] {
  const uncalled = report.files.filter(({ calls, included }) => calls === 0 && !included);
  if (uncalled.length === 0) return [];
  const names = uncalled.slice(0, MAX_NAMES).map((file) => placeOf(file, options));
  const more = uncalled.length - names.length;
  return [
    style.yellow(`${plural(uncalled.length, 'prompt')} without any call`),
    style.dim(`    ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`),
  ];
}

function unreadLines(report: CoverageReport, options: ReportOptions, style: Style): string[] {
  const lines = report.files.flatMap((file) => {
    const unread = file.context?.unread ?? [];
    if (unread.length === 0) return [];
    const names = unread.slice(0, MAX_NAMES).map(({ name }) => escapeLine(clip(name, 40)));
    const more = unread.length - names.length;
    return [
      `    ${placeOf(file, options)}: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
    ];
  });
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MAX_NAMES);
  const more = lines.length - shown.length;
  return [
    style.yellow('Given to a prompt and read by no expression of it'),
    ...shown.map((line) => style.dim(line)),
    ...(more > 0 ? [style.dim(`    … and ${plural(more, 'more prompt')}`)] : []),
  ];
}
