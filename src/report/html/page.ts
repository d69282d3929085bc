import { createHash } from 'node:crypto';
import { nameOf } from '../cause-name.ts';
import type { CauseModel, RunModel } from '../model/index.ts';
import { changeView } from './change-view.ts';
import { coverageView, type ReadSource } from './coverage-view.ts';
import { Html, html } from './markup.ts';
import { headerView } from './overview.ts';
import { promptsView } from './prompts-view.ts';
import { toolbarView } from './toolbar.ts';

/** The viewer's own code, as the build makes it. */
export interface HtmlAssets {
  script: string;
  style: string;
}

/** So few changes stand open when the page is opened; of more only the first. */
const OPEN_AT_FIRST = 3;
/** Characters of changes in full; of those beyond it only the edit and the calls are shown. */
const MAX_BODIES = 20_000_000;

/**
 * The report of a run as one page that needs nothing else: it opens from a disk, asks no network (its policy
 * forbids it), and takes whatever prompts hold as text.
 *
 * @param readSource Gives the text of prompt files, for the coverage in them (default: without text).
 */
export function htmlReport(
  model: RunModel,
  assets: HtmlAssets,
  readSource: ReadSource = () => undefined,
): string {
  const { causes } = model;
  const open = causes.length <= OPEN_AT_FIRST ? causes.length : 1;
  let room = MAX_BODIES;
  const changes = causes.map((cause, i) => {
    const view = changeView(cause, `change-${i + 1}`, { open: i < open, whole: room > 0 }, model);
    room -= view.text.length;
    return view;
  });
  const page = html`<!doctype html>
<html lang="en" data-theme="auto" data-layout="split">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy(assets)}">
<meta name="referrer" content="no-referrer">
<title>Prompt report</title>
<style>${new Html(assets.style)}</style>
</head>
<body>
<div class="page">
${headerView(model)}
${causes.length > 0 ? toolbarView(causes) : ''}
<div class="columns${causes.length > 0 ? '' : ' single'}">
${causes.length > 0 ? indexView(causes, model.root) : ''}
<main>${changes.length > 0 ? changes : html`<p class="empty">No prompt changed.</p>`}</main>
</div>
${promptsView(model)}
${model.coverage ? coverageView(model.coverage, model.root, readSource) : ''}
</div>
<script>${new Html(assets.script)}</script>
</body>
</html>
`;
  return page.text;
}

/** Only the page's own script and style, and pictures that are in it. */
function policy({ script, style }: HtmlAssets): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** All changes by file, for going to one. */
function indexView(causes: readonly CauseModel[], root: string): Html {
  const files = new Map<string, Html[]>();
  causes.forEach((cause, i) => {
    const { file, what } = nameOf(cause, root);
    const entry = html`<li><a href="#change-${i + 1}"><span>${what}</span><span>${cause.records.length}</span></a></li>`;
    files.set(file, [...(files.get(file) ?? []), entry]);
  });
  const groups = Array.from(files, ([file, entries]) => html`<p class="file">${file}</p><ol>${entries}</ol>`);
  return html`<nav class="index" aria-label="Changes">${groups}</nav>`;
}
