import type { CoverageFile, CoverageModel, CoveragePointModel } from '../coverage/model.ts';
import { clip } from '../escape.ts';
import { relativePath } from '../paths.ts';
import { count, plural } from '../rows.ts';
import { type Html, html } from './markup.ts';

/** Gives the text of a prompt file, where it is still there. */
export type ReadSource = (file: string) => string | undefined;

const MAX_LINE = 2000;
const METER = 120;
const TALLIES = ['elements', 'branches', 'loops', 'includes', 'expressions'] as const;

/** What the recorded calls exercise of the prompts, each with its source marked and what to record for more. */
export function coverageView(coverage: CoverageModel, root: string, readSource: ReadSource): Html {
  const files = coverage.files.map((file) => fileView(file, root, readSource));
  return html`<section class="block"><h2>Coverage: ${rounded(coverage.percent)}%</h2><div class="table">${files}</div></section>`;
}

function fileView(file: CoverageFile, root: string, readSource: ReadSource): Html {
  const name = file.path === undefined ? 'markup' : relativePath(file.path, root);
  const text = file.path === undefined ? undefined : readSource(file.path);
  const tallies = TALLIES.flatMap((kind) => {
    const { covered, total } = file.totals[kind];
    return total > 0 ? [`${covered}/${total} ${kind}`] : [];
  });
  return html`<details class="covered-file"><summary><span class="file">${name}</span>${meter(file.percent)}<b>${rounded(file.percent)}%</b><span class="names">${plural(file.calls, 'call')}${tallies.length > 0 ? `: ${tallies.join(', ')}` : ''}</span></summary><template><div class="body">${missingView(file)}${text === undefined ? '' : sourceView(text, file.points)}</div></template></details>`;
}

function meter(percent: number): Html {
  const width = ((percent / 100) * METER).toFixed(1);
  return html`<svg class="meter" viewBox="0 0 ${METER} 10" role="img" aria-label="Covered"><rect class="was" x="0" y="2" width="${METER}" height="6"/><rect class="now" x="0" y="2" width="${width}" height="6"/></svg>`;
}

function missingView({ missing }: CoverageFile): Html | undefined {
  if (missing.length === 0) return undefined;
  const items = missing.map(({ line, when }) => html`<li>line ${line}: record a call in which ${when}</li>`);
  return html`<section><h3>To reach more</h3><ul class="names">${items}</ul></section>`;
}

type Mark = 'covered' | 'partial' | 'uncovered';
const ORDER: readonly Mark[] = ['covered', 'partial', 'uncovered'];

/** The source with each line marked by the worst of what begins in it. */
function sourceView(text: string, points: readonly CoveragePointModel[]): Html {
  const byLine = new Map<number, CoveragePointModel[]>();
  for (const point of points) byLine.set(point.line, [...(byLine.get(point.line) ?? []), point]);
  const rows = text.split('\n').map((line, i) => {
    const own = byLine.get(i + 1) ?? [];
    const worst = own.map(markOf).reduce<Mark | undefined>(worse, undefined);
    return html`<span class="n ${worst ?? ''}">${i + 1}</span><span class="l" title="${own.map(words).join('\n')}">${clip(line, MAX_LINE)}</span>`;
  });
  return html`<div class="pane" tabindex="0" role="group" aria-label="Source"><div class="code">${rows}</div></div>`;
}

function markOf({ outcomes }: CoveragePointModel): Mark {
  const reached = outcomes.filter(({ calls }) => calls > 0).length;
  return reached === 0 ? 'uncovered' : reached < outcomes.length ? 'partial' : 'covered';
}

function worse(one: Mark | undefined, other: Mark): Mark {
  return one === undefined || ORDER.indexOf(other) > ORDER.indexOf(one) ? other : one;
}

/** `if related.length > 0: true 4, false 0`. */
function words({ kind, text, outcomes }: CoveragePointModel): string {
  const counts = outcomes.map(({ name, calls }) => `${name} ${count(calls)}`).join(', ');
  return `${kind} ${clip(text, 80)}: ${counts}`;
}

function rounded(percent: number): string {
  return percent.toFixed(percent % 1 === 0 ? 0 : 1);
}
