import type { Tally } from '../../golden/coverage/index.ts';
import type { ReportOptions } from '../diff.ts';
import { clip, escapeLine } from '../escape.ts';
import { shownPath } from '../paths.ts';
import { count, plural } from '../rows.ts';
import { PLAIN, type Style } from '../style.ts';
import { displayWidth } from '../width.ts';
import type { CoverageFile, CoverageModel } from './model.ts';
import { percent } from './percent.ts';

/** Bounds of the report; there is always a word about what was left out. */
const MAX_FILES = 16;
const MAX_MISSING = 12;
const MAX_LABEL = 48;
const MAX_ADVICE = 140;
const MAX_NAMES = 6;

const COLUMNS = ['elements', 'branches', 'loops', 'includes', 'expressions'] as const;

/** How much is printed; there is always a word about what was left out. */
export interface CoverageLimits {
  /** Rows of the table (default 16). */
  files?: number;
  /** What to record (default 12). */
  missing?: number;
}

/** The coverage of prompts as lines to print: a table by file, then what to record for more. Empty without any prompt. */
export function printCoverage(
  report: CoverageModel,
  options: ReportOptions = {},
  limits: CoverageLimits = {},
): string[] {
  if (report.files.length === 0) return [];
  const style = options.style ?? PLAIN;
  return [
    style.bold(headline(report)),
    '',
    ...table(report, options, limits.files ?? MAX_FILES, style),
    ...section(missingLines(report, options, limits.missing ?? MAX_MISSING, style)),
    ...section(uncalledLines(report, options, style)),
    ...section(unreadLines(report, options, style)),
  ];
}

function section(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function headline({ files, percent: share }: CoverageModel): string {
  const prompts = files.filter(({ included }) => !included);
  const parts = files.length - prompts.length;
  const calls = prompts.reduce((sum, prompt) => sum + prompt.calls, 0);
  const including = parts === 0 ? '' : `, ${plural(parts, 'include')}`;
  return `POML coverage: ${share}% by ${plural(calls, 'call')} of ${plural(prompts.length, 'prompt')}${including}`;
}

function table(report: CoverageModel, options: ReportOptions, most: number, style: Style): string[] {
  const shown = report.files.slice(0, most);
  const labels = shown.map((file) => labelOf(file, options));
  const wide = Math.max(6, ...labels.map(displayWidth));
  const row = (label: string, cells: readonly string[]): string =>
    `  ${label}${' '.repeat(wide - displayWidth(label))}  ${cells.join('  ')}`;
  const heads = ['calls', ...COLUMNS, 'context', 'all'];
  const pad = (texts: readonly string[]): string[] =>
    texts.map((text, index) => text.padStart(Math.max(7, heads[index]!.length)));
  const lines = [style.dim(row('prompt', pad(heads)))];
  for (const [index, file] of shown.entries()) {
    const { totals, context } = file;
    const cells = pad([
      count(file.calls),
      ...COLUMNS.map((name) => fraction(totals[name])),
      context
        ? fraction({
            covered: context.paths.filter(({ calls }) => calls > 0).length,
            total: context.paths.length,
          })
        : '-',
      `${file.percent}%`,
    ]);
    const paint = paintOf(totals.all, style);
    lines.push(row(labels[index]!, [...cells.slice(0, -1), paint(cells.at(-1)!)]));
  }
  const more = report.files.length - shown.length;
  if (more > 0) lines.push(style.dim(`  … ${plural(more, 'more file')}`));
  return lines;
}

function labelOf({ path, points, outdated }: CoverageFile, { root }: ReportOptions): string {
  if (path === undefined) {
    const first = points.find(({ kind }) => kind === 'element');
    return clip(`<markup>${first === undefined ? '' : ` ${escapeLine(`<${first.text}>`)}`}`, MAX_LABEL);
  }
  const shown = `${shownPath(path, root)}${outdated ? ' (as recorded)' : ''}`;
  return shown.length <= MAX_LABEL ? shown : `…${shown.slice(1 - MAX_LABEL)}`;
}

function fraction({ covered, total }: Tally): string {
  return total === 0 ? '-' : `${covered}/${total}`;
}

function paintOf(tally: Tally, style: Style): (text: string) => string {
  const share = percent(tally);
  return share === 100 ? style.green : share >= 50 ? style.yellow : style.red;
}

function missingLines(report: CoverageModel, options: ReportOptions, most: number, style: Style): string[] {
  const all = report.files.flatMap((file) =>
    file.missing.map(({ line, column, when }) => ({
      place: `${placeOf(file, options)}:${line}:${column}`,
      when,
    })),
  );
  if (all.length === 0) return [];
  const shown = all.slice(0, most);
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

function placeOf({ path }: CoverageFile, { root }: ReportOptions): string {
  return path === undefined ? '<markup>' : shownPath(path, root);
}

function uncalledLines(report: CoverageModel, options: ReportOptions, style: Style): string[] {
  const uncalled = report.files.filter(({ calls, included }) => calls === 0 && !included);
  if (uncalled.length === 0) return [];
  const names = uncalled.slice(0, MAX_NAMES).map((file) => placeOf(file, options));
  const more = uncalled.length - names.length;
  return [
    style.yellow(`${plural(uncalled.length, 'prompt')} without any call`),
    style.dim(`    ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`),
  ];
}

function unreadLines(report: CoverageModel, options: ReportOptions, style: Style): string[] {
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
