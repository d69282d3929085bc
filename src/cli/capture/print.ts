import path from 'node:path';
import type { CaptureAction, CaptureOutcome, CaptureResult } from '../../golden/capturing/capture.ts';
import { clip, escapeLine, type Style, shownPath } from '../../report/index.ts';
import { plural } from '../../report/rows.ts';
import type { LeftOut } from './select.ts';

/** A capture as it is shown. */
export interface ShownCapture extends CaptureOutcome {
  leftOut: readonly LeftOut[];
  dryRun: boolean;
  redacting: boolean;
}

const MARKS: Record<CaptureAction, string> = {
  written: '+',
  replaced: '~',
  unchanged: '=',
  different: '!',
  refused: '!',
};
const MAX_REASON = 300;
/** So many calls that are as they should be are named, of each session. */
const MAX_PLAIN = 50;
const MAX_NAMES = 3;

/** A capture as lines for people. */
export function printCapture(shown: ShownCapture, { style, root }: { style: Style; root: string }): string[] {
  const lines: string[] = [];
  const folders = new Map<string, CaptureResult[]>();
  for (const result of shown.results) {
    const folder = path.dirname(result.golden);
    folders.set(folder, [...(folders.get(folder) ?? []), result]);
  }
  for (const [folder, results] of folders) {
    lines.push(style.bold(shownPath(folder, root)));
    // What needs a look is always shown.
    const plain = results.filter(isPlain);
    const hidden = new Set(plain.slice(MAX_PLAIN));
    for (const result of results) if (!hidden.has(result)) lines.push(...resultLines(result, style));
    lines.push(...moreLine(hidden.size, 'like these', style));
  }
  lines.push(...leftOutLines(shown.leftOut, style));
  if (shown.removed.length > 0) {
    lines.push(style.bold('removed, no longer used'));
    for (const file of shown.removed) lines.push(style.dim(`  - ${shownPath(file, root)}`));
  }
  return [...lines, '', ...totals(shown, style)];
}

/** Calls that were not chosen: those over the limit as one, some of the others with the reason. */
function leftOutLines(leftOut: readonly LeftOut[], style: Style): string[] {
  if (leftOut.length === 0) return [];
  const over = leftOut.filter(({ limit }) => limit !== undefined);
  const others = leftOut.filter(({ limit }) => limit === undefined);
  const first = over.slice(0, MAX_NAMES).map(({ trace }) => escapeLine(trace.id));
  const names =
    over.length > MAX_NAMES ? `${first.join(', ')} and ${over.length - MAX_NAMES} more` : first.join(', ');
  return [
    style.bold('left out'),
    ...others
      .slice(0, MAX_PLAIN)
      .map(({ trace, reason }) => style.dim(`  - ${escapeLine(trace.id)}  ${escapeLine(reason)}`)),
    ...moreLine(others.length - MAX_PLAIN, 'for such reasons', style),
    ...(over.length > 0 ? [style.dim(`  - ${names}  ${over[0]!.reason}`)] : []),
  ];
}

function moreLine(count: number, what: string, style: Style): string[] {
  return count > 0
    ? [style.dim(`    … and ${count.toLocaleString('en-US')} more ${what}; --json lists all`)]
    : [];
}

/** Nothing about it needs a look. */
function isPlain({ action, notes, left }: CaptureResult): boolean {
  return ['written', 'replaced', 'unchanged'].includes(action) && notes.length + left.length === 0;
}

function resultLines(result: CaptureResult, style: Style): string[] {
  const { action, golden, notes, left } = result;
  const paint =
    action === 'different' || action === 'refused'
      ? style.red
      : action === 'unchanged'
        ? style.dim
        : style.green;
  const detail = detailOf(result);
  const line = `  ${paint(`${MARKS[action]} ${escapeLine(path.basename(golden))}`)}${detail === '' ? '' : `  ${style.dim(detail)}`}`;
  const more = [
    ...notes.map((note) => style.yellow(escapeLine(clip(note, MAX_REASON)))),
    ...left.map((place) => style.red(escapeLine(place))),
  ];
  return [line, ...more.map((text) => `      ${text}`)];
}

function detailOf({ action, reason, differs, assets, redacted }: CaptureResult): string {
  switch (action) {
    case 'refused':
      return escapeLine(clip((reason ?? '').replaceAll('\n', ' '), MAX_REASON));
    case 'unchanged':
      return 'unchanged';
    case 'different':
      return `another golden is there (${differs.map(escapeLine).join(', ')}): --force replaces it`;
    default: {
      const values = Object.values(redacted).reduce((sum, count) => sum + count, 0);
      const by = Object.entries(redacted).map(([rule, count]) => `${escapeLine(rule)} ${count}`);
      return [
        ...(assets > 0 ? [`brings ${plural(assets, 'file')}`] : []),
        ...(values > 0 ? [`${plural(values, 'value')} redacted (${by.join(', ')})`] : []),
      ].join(', ');
    }
  }
}

function totals({ results, leftOut, dryRun, redacting }: ShownCapture, style: Style): string[] {
  const count = (wanted: CaptureAction) => results.filter(({ action }) => action === wanted).length;
  const words: [CaptureAction, string][] = [
    ['written', dryRun ? 'would be written' : 'written'],
    ['replaced', dryRun ? 'would be replaced' : 'replaced'],
    ['unchanged', 'unchanged'],
    ['different', 'kept, as another golden is there'],
    ['refused', 'refused'],
  ];
  const parts = words
    .filter(([action]) => count(action) > 0)
    .map(([action, text]) => `${count(action)} ${text}`);
  if (leftOut.length > 0) parts.push(`${leftOut.length} left out`);
  const lines = [`${plural(results.length + leftOut.length, 'call')}: ${parts.join(', ') || 'none'}`];
  const left = results.flatMap((result) => result.left).length;
  if (left > 0)
    lines.push(
      style.red(
        `${plural(left, 'redacted value')} still ${left === 1 ? 'stands' : 'stand'} somewhere: see above`,
      ),
    );
  if (dryRun) lines.push('Nothing was written (--dry-run).');
  if (redacting) lines.push(style.dim('Pictures, sounds, and documents other than text are not redacted.'));
  return lines;
}

/** A capture as JSON: see docs/capture.md. */
export function captureModel({ results, removed, leftOut, dryRun }: ShownCapture, root: string): unknown {
  const shown = (file: string) => path.relative(root, file).replaceAll('\\', '/');
  return {
    version: 1,
    dryRun,
    goldens: results.map(({ trace, golden, ...result }) => ({
      session: trace.sessionDir,
      trace: trace.id,
      golden: shown(golden),
      ...result,
    })),
    leftOut: leftOut.map(({ trace, reason }) => ({ session: trace.sessionDir, trace: trace.id, reason })),
    removed: removed.map(shown),
  };
}
