import type { ShownMessage, ShownOrigin, ShownSource, VerdictDetail } from '../../golden/detail.ts';
import { clip } from '../escape.ts';
import type { CauseModel } from '../model/index.ts';
import { relativePath } from '../paths.ts';
import { type Html, html } from './markup.ts';

const MAX_LINE = 2000;
/** Stands for a picture in the text that origins count in. */
const PICTURE = '￼';

/**
 * Source beside output: what a stretch of the output comes from carries the same `data-at` in both panes. Empty where the
 * detail has no sources.
 */
export function mappingView(detail: VerdictDetail, cause: CauseModel, root: string): Html | undefined {
  const { sources, origins, render } = detail;
  if (!sources?.length || !origins?.length || !render) return undefined;
  const used = sources.map((source, i) => sourceView(source, i, origins.flat(), cause, root));
  const output = render.messages.map((message, i) => outputView(message, origins[i] ?? []));
  return html`<div class="mapping"><div class="pane" tabindex="0" role="group" aria-label="Prompt source">${used}</div><div class="pane" tabindex="0" role="group" aria-label="What the model reads">${output}</div></div>`;
}

function keyOf({ source, line, column, endLine, endColumn }: ShownOrigin): string {
  return `${source}-${line}-${column}-${endLine}-${endColumn}`;
}

function sourceView(
  { file, line: first, lines }: ShownSource,
  index: number,
  origins: readonly ShownOrigin[],
  cause: CauseModel,
  root: string,
): Html {
  const own = origins.filter(({ source }) => source === index).sort((one, other) => size(other) - size(one));
  const rows = lines.map((text, i) => {
    const number = first + i;
    const isCause =
      cause.file !== undefined &&
      cause.file === file &&
      cause.line !== undefined &&
      number >= cause.line &&
      number <= (cause.endLine ?? cause.line);
    return html`<span class="n">${number}</span><span class="l${isCause ? ' cause' : ''}">${lineView(clip(text, MAX_LINE), number, own)}</span>`;
  });
  const name = file === undefined ? 'markup' : relativePath(file, root);
  return html`<div class="title">${name}</div><div class="code">${rows}</div>`;
}

/** How much a stretch covers, about; the smallest one at a place names it. */
function size({ line, column, endLine, endColumn }: ShownOrigin): number {
  return (endLine - line) * 1000 + endColumn - column;
}

function lineView(text: string, number: number, origins: readonly ShownOrigin[]): Html[] {
  const owners: (ShownOrigin | undefined)[] = new Array(text.length).fill(undefined);
  for (const origin of origins) {
    if (number < origin.line || number > origin.endLine) continue;
    const from = number === origin.line ? origin.column - 1 : 0;
    const to = number === origin.endLine ? origin.endColumn - 1 : text.length;
    owners.fill(origin, from, to);
  }
  const views: Html[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + 1;
    while (end < text.length && owners[end] === owners[start]) end++;
    views.push(stretch(text.slice(start, end), owners[start]));
    start = end;
  }
  return views;
}

function stretch(text: string, origin: ShownOrigin | undefined): Html {
  return origin === undefined ? html`${text}` : html`<span data-at="${keyOf(origin)}">${text}</span>`;
}

function outputView({ speaker, parts }: ShownMessage, origins: readonly ShownOrigin[]): Html {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : PICTURE)).join('');
  const views: Html[] = [];
  let at = 0;
  for (const origin of origins) {
    if (origin.start < at) continue;
    views.push(
      stretch(text.slice(at, origin.start), undefined),
      stretch(text.slice(origin.start, origin.end), origin),
    );
    at = origin.end;
  }
  views.push(stretch(text.slice(at), undefined));
  return html`<p class="speaker ${speaker ?? 'content'} title">${speaker ?? 'content'}</p><div class="text">${views}</div>`;
}
