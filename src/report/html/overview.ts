import { headlineOf } from '../headline.ts';
import { OUTCOMES, type Outcome, type RunModel } from '../model/index.ts';
import { count } from '../rows.ts';
import { type Html, html } from './markup.ts';

const BAR = 1000;

const WORDS: Readonly<Record<Outcome, string>> = {
  failed: 'failed',
  changed: 'changed',
  missing: 'without a golden',
  allowed: 'changed as allowed',
  updated: 'updated',
  written: 'new',
  unreproducible: 'unreproducible',
  same: 'same',
};

/** What the run found, in a few lines. */
export function headerView(model: RunModel): Html {
  const { gates = [], notes = [], environment } = model;
  const facts = [
    environment.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    `vitest-poml ${environment.version}`,
    environment.renderer === 'builtin' ? undefined : `renderer ${environment.renderer}`,
    environment.runner,
  ].filter((fact) => fact !== undefined);
  return html`<header>
<h1>Prompt report</h1>
<p class="verdict">${verdictView(model)}</p>
<p class="facts">${facts.join(' · ')}</p>
${gates.length > 0 ? html`<ul class="gates">${gates.map(({ passed, line }) => html`<li class="${passed ? 'passed' : 'failed'}">${passed ? '✓' : '✗'} ${line}</li>`)}</ul>` : ''}
${notes.length > 0 ? html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>` : ''}
${barView(model)}
</header>`;
}

function verdictView(model: RunModel): Html {
  const { what, tokens, price } = headlineOf(model);
  const cost = tokens === undefined ? '' : html` ${tokens}${price === undefined ? '' : ` (${price})`}.`;
  return html`<b>${what}</b>.${cost}`;
}

/** How many calls have which outcome, as one bar. */
function barView({ totals }: RunModel): Html {
  const present = [...OUTCOMES].reverse().filter((outcome) => (totals.outcomes[outcome] ?? 0) > 0);
  let x = 0;
  const pieces = present.map((outcome) => {
    const width = ((totals.outcomes[outcome] ?? 0) / Math.max(1, totals.records)) * BAR;
    const piece = html`<rect class="${outcome}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="8"/>`;
    x += width;
    return piece;
  });
  const words = present.map(
    (outcome) => html`<span>${count(totals.outcomes[outcome] ?? 0)} ${WORDS[outcome]}</span>`,
  );
  return html`<svg class="bar" viewBox="0 0 ${BAR} 8" preserveAspectRatio="none" role="img" aria-label="Outcomes">${pieces}</svg><div class="legend">${words}</div>`;
}
