import { compare } from '../../golden/compare.ts';
import { isPromise } from '../../golden/maybe.ts';
import type { GoldenFiles } from '../../golden/tools.ts';
import type { Difference } from '../../golden/verdict.ts';
import { acceptedText, type Pending } from '../../project/pending/pending.ts';
import { clip, escapeLine, printDiff, type Style, shownPath } from '../../report/index.ts';
import { plural } from '../pending/lines.ts';
import type { Review, Scope, View } from './review.ts';

/** What the screen is made of besides the review itself. */
export interface ScreenOptions {
  root: string;
  style: Style;
  rows: number;
  files: Pick<GoldenFiles, 'read'>;
  /** Said under the diff, e.g. why something was refused. */
  notice?: string | undefined;
  help?: boolean;
}

const MAX_SUMMARY = 200;
/** Lines around the diff: header, causes, keys. */
const FRAME = 12;
const MAX_CAUSES = 3;

/** The screen of a review, as lines. */
export function screen(review: Review, options: ScreenOptions): string[] {
  const { style, root, rows } = options;
  const { current } = review;
  if (!current) return [];
  if (options.help) return [...HELP, '', style.dim('any key goes back')];
  const body = diffOf(current, review.view, options);
  const room = Math.max(5, rows - FRAME - Math.min(current.causes.length, MAX_CAUSES));
  review.scroll = Math.max(0, Math.min(review.scroll, body.length - room));
  const shown = body.slice(review.scroll, review.scroll + room);
  const below = body.length - review.scroll - shown.length;
  return [
    style.bold(`Reviewing ${review.position} of ${review.total}: ${escapeLine(clip(current.title, 100))}`),
    style.dim(`golden  ${shownPath(current.golden, root)}`),
    ...causeLines(review, style),
    '',
    ...shown,
    ...(below > 0 || review.scroll > 0 ? [style.dim(`  … ${below} more lines below; ↓ ↑ scroll`)] : []),
    '',
    ...(options.notice === undefined ? [] : [style.yellow(escapeLine(options.notice))]),
    ...keyLines(review, style),
  ];
}

function causeLines(review: Review, style: Style): string[] {
  const { current, cause } = review;
  const causes = current?.causes ?? [];
  if (causes.length === 0) return [style.red(`✗ ${escapeLine(clip(current?.reason ?? '', MAX_SUMMARY))}`)];
  const ordered = [...causes].sort(
    (one, other) => Number(other.key === cause?.key) - Number(one.key === cause?.key),
  );
  const lines = ordered.slice(0, MAX_CAUSES).map(({ summary, key }) => {
    const touched = key === cause?.key ? review.affected('cause').length : 1;
    const also =
      touched > 1 ? style.dim(`  (and ${plural(touched - 1, 'more render', 'more renders')})`) : '';
    return `${style.red(`✗ ${escapeLine(clip(summary, MAX_SUMMARY))}`)}${also}`;
  });
  const more = causes.length - MAX_CAUSES;
  return more > 0 ? [...lines, style.dim(`  … and ${plural(more, 'more cause', 'more causes')}`)] : lines;
}

const SCOPE_WORDS: Record<Scope, string> = {
  golden: 'this golden',
  cause: 'all of this cause',
  prompt: 'all of this prompt',
  all: 'all that is left',
};

function keyLines(review: Review, style: Style): string[] {
  const count = review.affected().length;
  const scope = `${SCOPE_WORDS[review.scope]}${count > 1 ? ` (${count})` : ''}`;
  const key = (name: string) => style.bold(name);
  return [
    `${key('a')} accept  ${key('r')} reject  ${key('s')} skip   → ${scope}, ${key('g')} widens`,
    `${key('A')} ${key('R')} ${key('S')} for all of this cause   ${key('d')} ${review.view === 'raw' ? 'messages' : 'raw JSON'}  ${key('o')} open  ${key('t')} diff tool  ${key('q')} quit  ${key('?')} help`,
  ];
}

const HELP = [
  'a, Enter   accept: the render becomes the golden',
  'r, Esc     reject: the golden stays, the render is forgotten',
  's, Space   skip: both stay for another time',
  'g          what the next decision is about: this golden, all of this cause, all of this prompt, all that is left',
  'A R S      the same for all of this cause at once',
  'd          what the model reads, or the bytes of .result.json',
  '↓ ↑        scroll',
  'o          open the prompt at the change in $VISUAL or $EDITOR',
  't          show golden and render in the tool named by VITEST_POML_DIFF_TOOL',
  'q, Ctrl+C  quit; what is not decided stays pending',
];

function diffOf(pending: Pending, view: View, options: ScreenOptions): string[] {
  const { style, root, rows, files } = options;
  if (
    pending.files.some((file) => acceptedText(file, files.read(pending.golden + file.suffix)) === undefined)
  )
    return ['The golden has changed since the run; run the tests again.'];
  const differences = view === 'raw' ? rawDifference(pending, files) : differencesOf(pending, files);
  if (typeof differences === 'string') return [differences];
  // Long diffs are scrolled through, up to what one can take in.
  const lines = printDiff({ differences }, { style, root, maxLines: Math.max(400, rows) });
  return [`${style.red('- golden')}  ${style.green('+ render')}`, '', ...lines];
}

function differencesOf(pending: Pending, files: Pick<GoldenFiles, 'read'>): Difference[] | string {
  const { before, after } = textsOf(pending, files, '.result.json');
  if (before === undefined) return [{ path: 'messages', kind: 'added', actual: messagesOf(after) }];
  try {
    const golden = {
      json: before,
      text: files.read(`${pending.golden}.result.txt`),
      prefix: pending.golden,
      label: pending.title,
    };
    const { after: text } = textsOf(pending, files, '.result.txt');
    const compared = compare({ json: after, text }, golden);
    return isPromise(compared) ? 'Pictures differ.' : compared.differences;
  } catch (error) {
    // What is broken has no messages to compare.
    return rawDifference(pending, files, (error as Error).message);
  }
}

function messagesOf(json: string): unknown {
  return (JSON.parse(json) as { messages: unknown }).messages;
}

function rawDifference(pending: Pending, files: Pick<GoldenFiles, 'read'>, note?: string): Difference[] {
  const { before = '', after } = textsOf(pending, files, '.result.json');
  return [
    {
      path: 'result.json',
      kind: 'changed',
      expected: before,
      actual: after,
      ...(note !== undefined && { note }),
    },
  ];
}

/** A file of a golden as it is and as it would be. */
export function textsOf(
  { golden, files: proposed }: Pending,
  files: Pick<GoldenFiles, 'read'>,
  suffix: string,
): { before: string | undefined; after: string } {
  const before = files.read(golden + suffix);
  const file = proposed.find((one) => one.suffix === suffix);
  return { before, after: (file && acceptedText(file, before)) ?? before ?? '' };
}
