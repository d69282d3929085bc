import { signed, signedDollars, signedPercent, type TokenTotals } from '../cost/cost.ts';
import { type PromptModel, type RunModel, redCount } from '../model/index.ts';
import { count } from '../rows.ts';
import { type Html, html } from './markup.ts';

const METER = 120;

/** All prompts with their calls, tokens and cost. */
export function promptsView({ prompts, price }: RunModel): Html {
  if (prompts.length === 0) return html``;
  const tokens = prompts.some((prompt) => (prompt.tokens?.counted ?? 0) > 0);
  const largest = Math.max(
    1,
    ...prompts.flatMap(({ tokens: t }) =>
      t ? [t.before, t.after].map((n) => n / Math.max(1, t.counted)) : [],
    ),
  );
  const rows = prompts.map((prompt) => rowView(prompt, tokens, largest));
  const costs = tokens && price !== undefined;
  return html`<section class="block"><h2>Prompts</h2><div class="table"><table>
<thead><tr><th>Prompt</th><th class="number">Calls</th><th class="number">Live</th><th class="number">Changed</th>${tokens ? html`<th></th><th class="number">Tokens per call</th>` : ''}${costs ? html`<th class="number">Cost per 1,000 calls</th>` : ''}</tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function rowView(
  { label, records, live, outcomes, causes, tokens }: PromptModel,
  withTokens: boolean,
  largest: number,
): Html {
  const red = redCount(outcomes);
  const changed = red > 0 ? count(red) : causes.length > 0 ? 'accepted' : '';
  return html`<tr><td class="file">${label}</td><td class="number">${count(records.length)}</td><td class="number">${count(live)}</td><td class="number">${changed}</td>${withTokens ? tokenCells(tokens, largest) : ''}</tr>`;
}

function tokenCells(tokens: TokenTotals | undefined, largest: number): Html {
  if (!tokens || tokens.counted === 0) return html`<td></td><td></td><td></td>`;
  const before = tokens.before / tokens.counted;
  const after = tokens.after / tokens.counted;
  const width = (value: number) => Math.max(1, (value / largest) * METER).toFixed(1);
  const colour = after > before ? 'up' : after < before ? 'down' : '';
  const cost = tokens.costPerThousand;
  return html`<td><svg class="meter" viewBox="0 0 ${METER} 10" role="img" aria-label="Tokens before and after"><rect class="was" x="0" y="0" width="${width(before)}" height="4"/><rect class="now" x="0" y="5" width="${width(after)}" height="4"/></svg></td><td class="number">${before === after ? '' : `${count(Math.round(before))} → `}${count(Math.round(after))} <span class="${colour}">${before === after ? '' : `${signed(Math.round(after - before))} (${signedPercent(before, after)})`}</span></td>${cost === undefined ? '' : html`<td class="number ${colour}">${signedDollars(cost)}</td>`}`;
}
