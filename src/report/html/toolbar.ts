import { CHANGE_CLASSES } from '../../golden/classes.ts';
import type { CauseModel } from '../model/index.ts';
import { type Html, html } from './markup.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['j', 'next change'],
  ['k', 'change before'],
  ['o', 'open or close'],
  ['/', 'search'],
  ['Esc', 'clear the search'],
  ['s', 'two columns or one'],
  ['t', 'light or dark'],
  ['?', 'this list'],
];

/** Search, filters, and how the page looks. */
export function toolbarView(causes: readonly CauseModel[]): Html {
  const present = CHANGE_CLASSES.filter((name) => causes.some(({ classes }) => classes.includes(name)));
  const filters = present.map(
    (name) => html`<label class="chip"><input type="checkbox" data-filter value="${name}">${name}</label>`,
  );
  return html`<div class="toolbar" role="search">
<input type="search" id="search" placeholder="Search changes" aria-label="Search changes">
${present.length > 1 ? filters : ''}
<span id="found" role="status"></span>
<span class="spacer"></span>
<button type="button" data-choose="layout" data-split="Two columns" data-inline="One column" title="s"></button>
<button type="button" data-choose="theme" data-auto="Auto" data-light="Light" data-dark="Dark" title="t"></button>
<button type="button" id="show-help" aria-label="Keys">?</button>
</div>
<dialog id="help"><h3>Keys</h3><dl>${KEYS.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl><form method="dialog"><button>Close</button></form></dialog>`;
}
