import type { VerdictDetail } from '../../golden/detail.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { nameOf } from '../cause-name.ts';
import { tokenWords } from '../headline.ts';
import type { CauseModel, RunModel } from '../model/index.ts';
import { plural } from '../rows.ts';
import { diffView, wholeView } from './diff-view.ts';
import { mappingView } from './mapping-view.ts';
import { type Html, html } from './markup.ts';
import { type MessageMarks, messagesView, resultView } from './messages-view.ts';

const MAX_NAMES = 60;
const MAX_FRAMES = 5;

/**
 * One change: what was edited and how many calls it touches; its body in a template, filled in when it is looked at.
 *
 * @param whole Show the call too that shows the change best, not only the edit.
 */
export function changeView(
  cause: CauseModel,
  id: string,
  { open, whole }: { open: boolean; whole: boolean },
  model: RunModel,
): Html {
  const { place, what } = nameOf(cause, model.root);
  return html`<article class="change${open ? ' open' : ''}" id="${id}" data-classes="${cause.classes.join(' ')}">
<button class="head" type="button" aria-expanded="${open ? 'true' : 'false'}"><span class="what">${what}</span><span class="count">${plural(cause.records.length, 'call')}${cause.red === 0 ? html` <span class="tag added">accepted</span>` : ''}</span><span class="where"><code>${place}</code>${cause.kind === 'markup' ? '' : html`<span class="tag">${cause.kind}</span>`}${cause.classes.map((name) => html`<span class="tag">${name}</span>`)}</span><span class="tokens">${tokensView(cause, model)}</span></button>
<template><div class="body">${bodyView(cause, whole, model)}</div></template>
</article>
`;
}

function tokensView({ tokens }: CauseModel, { price }: RunModel): Html | undefined {
  if (!tokens || tokens.before === tokens.after) return undefined;
  const { before, after } = tokens;
  const colour = after > before ? 'up' : after < before ? 'down' : '';
  return html`<span class="${colour}">${tokenWords(tokens, price)}</span>`;
}

function bodyView(cause: CauseModel, whole: boolean, model: RunModel): Html[] {
  const record = cause.exemplar === undefined ? undefined : model.records[cause.exemplar];
  const detail = whole ? record?.detail : undefined;
  const views: Html[] = [...sourceChange(cause)];
  if (record?.detail && !whole)
    views.push(html`<p class="names">The page is full: ${record.title} shows what the model reads now.</p>`);
  if (record && detail) {
    const marks = marksOf(detail, cause);
    const errors = (detail.errors ?? [])
      .slice(0, MAX_FRAMES)
      .map(
        ({ reason, frame }) =>
          html`<section><h3>Error</h3><div class="diff"><div class="row"><div class="old">${reason}</div><div class="none"></div></div></div>${frame === undefined ? '' : html`<pre class="plain">${frame}</pre>`}</section>`,
      );
    views.push(...errors);
    if (detail.golden && detail.render)
      views.push(
        html`<section><h3>What the model reads now <span class="tag">${record.title}</span></h3>${othersView(record, detail, marks)}${messagesView(detail, marks)}</section>`,
      );
    else if (detail.render)
      views.push(html`<section><h3>The render</h3>${resultView(detail.render)}</section>`);
    const mapping = mappingView(detail, cause, model.root);
    if (mapping)
      views.push(
        html`<details><summary><h3>Source beside output: point at either to see the other</h3></summary>${mapping}</details>`,
      );
    if (detail.cut) views.push(html`<p class="names">Long texts were cut to keep this page small.</p>`);
  }
  views.push(affectedView(cause.records.map((index) => model.records[index]!)));
  return views;
}

/** A call that several changes touch shows them all; those lines that surely come from this one are marked. */
function othersView(
  { causes = [] }: VerdictRecord,
  detail: VerdictDetail,
  marks: MessageMarks,
): Html | undefined {
  const others = causes.length - 1;
  if (others <= 0) return undefined;
  const marked = (detail.origins ?? []).some((_, i) => marks(i, 0, Number.POSITIVE_INFINITY));
  const legend = marked ? html`; <span class="mine">a line like this</span> comes from this one` : '';
  return html`<p class="names">This call shows ${plural(others, 'other change')} too${legend}.</p>`;
}

/** What of the render comes from the lines of a cause. */
function marksOf(
  { origins = [], sources = [] }: VerdictDetail,
  { file, line, endLine = line }: CauseModel,
): MessageMarks {
  return (message, start, end) =>
    line !== undefined &&
    (origins[message] ?? []).some(
      (origin) =>
        origin.start < end &&
        origin.end > start &&
        sources[origin.source]?.file === file &&
        origin.line <= (endLine ?? line) &&
        origin.endLine >= line,
    );
}

function sourceChange({ before, after, kind }: CauseModel): Html[] {
  if (before === undefined && after === undefined) return [];
  const title = kind === 'context' ? 'The context' : 'The source';
  const view =
    before === undefined || before === ''
      ? wholeView('added', after ?? '')
      : after === undefined || after === ''
        ? wholeView('removed', before)
        : before === after
          ? html`<pre class="plain">${after}</pre>`
          : diffView(before, after);
  return [html`<section><h3>${title}</h3>${view}</section>`];
}

function affectedView(records: readonly VerdictRecord[]): Html {
  const names = records.slice(0, MAX_NAMES).map(({ title }) => title);
  const rest = records.length - names.length;
  return html`<section><h3>Calls it touches</h3><p class="names">${names.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-US')} more` : ''}</p></section>`;
}
