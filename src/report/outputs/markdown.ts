import { nameOf } from '../cause-name.ts';
import { signed, signedDollars, signedPercent } from '../cost/cost.ts';
import { clip, escapeLine } from '../escape.ts';
import { headlineOf } from '../headline.ts';
import { type CauseModel, type RunModel, redCount } from '../model/index.ts';
import { count, plural } from '../rows.ts';
import { failuresWithoutCause, recordLines } from './failures.ts';

/** First line of a comment, hidden, by which the comment is found again to be replaced. */
export const COMMENT_MARKER = '<!-- vitest-poml:report -->';

/** Characters that GitHub takes in one comment. */
export const COMMENT_LIMIT = 65_536;
/** Bytes that GitHub takes in the summary of one step. */
export const SUMMARY_LIMIT = 1024 * 1024;

const MAX_ROWS = 50;
const MAX_PROMPTS = 20;
const MAX_LINES = 100;
const MAX_TEXT = 160;
const MAX_PLACES = 6;
const MAX_OTHERS = 10;

/**
 * A run as Markdown, for a comment on a pull request or the summary of a CI step: the verdict, the gates, a table of
 * changes, then each change with its diff folded away as long as there is room.
 *
 * @param limit Most UTF-8 bytes, which is never more characters either.
 */
export function markdownReport(model: RunModel, limit: number = COMMENT_LIMIT): string {
  const head = headLines(model).join('\n');
  const rest = '\n\nThe report had to be cut: the whole of it is in the HTML report.\n';
  const room = limit - Buffer.byteLength(`${COMMENT_MARKER}\n${rest}`);
  const parts = [head];
  let used = Buffer.byteLength(head);
  let cut = used > room;
  if (cut) parts[0] = clipBytes(head, room);
  for (const section of cut ? [] : sections(model)) {
    used += Buffer.byteLength(section) + 2;
    cut ||= used > room;
    if (cut) break;
    parts.push(section);
  }
  return `${COMMENT_MARKER}\n${parts.join('\n\n')}${cut ? rest : '\n'}`;
}

function headLines(model: RunModel): string[] {
  const { totals, causes, gates = [], notes = [] } = model;
  const { what, tokens, price } = headlineOf(model);
  const failed = gates.some(({ passed }) => !passed);
  const sign = totals.red > 0 || failed ? '❌' : '✅';
  const lines = [`### ${sign} Prompts: ${what}`];
  if (tokens !== undefined) lines.push('', `${tokens}${price === undefined ? '' : ` (${inline(price)})`}.`);
  if (gates.length > 0)
    lines.push('', ...gates.map(({ passed, line }) => `- ${passed ? '✅' : '❌'} ${code(line)}`));
  if (causes.length > 0) lines.push('', ...tableLines(model), ...promptLines(model));
  const others = failuresWithoutCause(model);
  for (const { title, reason } of others.slice(0, MAX_OTHERS))
    lines.push('', `- ❌ ${code(title)}: ${code(reason ?? '')}`);
  if (others.length > MAX_OTHERS) lines.push('', `- … and ${count(others.length - MAX_OTHERS)} more`);
  for (const note of notes) lines.push('', `> ${code(note)}`);
  return lines;
}

function tableLines({ causes, root }: RunModel): string[] {
  const withTokens = causes.some(({ tokens }) => tokens !== undefined);
  const head = ['Change', 'Where', 'Calls', ...(withTokens ? ['Tokens'] : [])];
  const rows = causes.slice(0, MAX_ROWS).map((cause) => {
    const { place, what } = nameOf(cause, root);
    const accepted = cause.red === 0 ? ' (accepted)' : '';
    return [
      code(what),
      code(place),
      `${count(cause.records.length)}${accepted}`,
      ...(withTokens ? [tokenCell(cause)] : []),
    ];
  });
  const rest = causes.length - rows.length;
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, i) => (i < 2 ? ' --- |' : ' ---: |')).join('')}`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ...(rest > 0 ? ['', `… and ${plural(rest, 'more change')}`] : []),
  ];
}

function tokenCell({ tokens }: CauseModel): string {
  if (!tokens) return '';
  return `${signed(tokens.after - tokens.before)} (${signedPercent(tokens.before, tokens.after)})`;
}

/** What the prompts that changed cost, where it was counted. */
function promptLines({ prompts }: RunModel): string[] {
  const counted = prompts.filter(({ tokens, causes }) => tokens && tokens.counted > 0 && causes.length > 0);
  if (counted.length === 0) return [];
  const withCost = counted.some(({ tokens }) => tokens?.costPerThousand !== undefined);
  const head = ['Prompt', 'Calls', 'Changed', 'Tokens a call', ...(withCost ? ['Cost per 1,000 calls'] : [])];
  const rows = counted.slice(0, MAX_PROMPTS).map(({ label, records, outcomes, tokens }) => {
    const { before, after, counted: calls, costPerThousand: cost } = tokens!;
    const mean = (value: number) => count(Math.round(value / calls));
    return [
      code(label),
      count(records.length),
      redCount(outcomes) > 0 ? count(redCount(outcomes)) : 'accepted',
      before === after ? mean(after) : `${mean(before)} → ${mean(after)} (${signedPercent(before, after)})`,
      ...(withCost ? [cost ? signedDollars(cost) : ''] : []),
    ];
  });
  const rest = counted.length - rows.length;
  return [
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map((_, i) => (i < 1 ? ' --- |' : ' ---: |')).join('')}`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ...(rest > 0 ? ['', `… and ${plural(rest, 'more prompt')}`] : []),
  ];
}

/** The calls that show the changes, each once with its diff, folded away. */
function* sections({ causes, records, root }: RunModel): Generator<string> {
  const shown = new Map<number, CauseModel[]>();
  for (const cause of causes)
    if (cause.exemplar !== undefined)
      shown.set(cause.exemplar, [...(shown.get(cause.exemplar) ?? []), cause]);
  for (const [index, own] of shown) {
    const record = records[index]!;
    const lines = recordLines(record, root, MAX_LINES);
    if (lines.length === 0) continue;
    const places = own.slice(0, MAX_PLACES).map((cause) => code(nameOf(cause, root).place));
    const rest = own.length - places.length;
    yield [
      `<details><summary>${code(record.title)} shows ${places.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}</summary>`,
      '',
      ...fenced(lines),
      '',
      '</details>',
    ].join('\n');
  }
}

/** A block of code that nothing in it can end. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(
    0,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length),
  );
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}diff`, ...lines, fence];
}

/**
 * A text from a prompt, as code: no markup, no mention, no link. GitHub looks for names and numbers in what a page shows, so
 * that entities do not hide them; in code it looks for none.
 */
function code(text: string): string {
  return `<code>${inline(text)}</code>`;
}

/** A text as one line without any meaning in Markdown or HTML: every sign that could have one is an entity. */
function inline(text: string): string {
  return escapeLine(clip(text.replace(/\s*\n\s*/g, ' '), MAX_TEXT)).replace(
    /[&<>*_[\]\\|~!#${}@:^`]|(?<=^\s*\d*)[-+.)=]|(?<=w)\./g,
    (sign) => `&#${sign.charCodeAt(0)};`,
  );
}

function clipBytes(text: string, bytes: number): string {
  let end = Math.min(text.length, bytes);
  while (Buffer.byteLength(text.slice(0, end)) > bytes) end = Math.floor(end * 0.9);
  return text.slice(0, text.lastIndexOf('\n', end));
}
