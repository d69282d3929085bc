import type { CheckResult } from '../golden/checks.ts';
import { hideKeys } from '../golden/redaction/hide-keys.ts';
import type { ReportOptions } from './diff.ts';
import { clip, escapeLines } from './escape.ts';
import { printRows } from './rows.ts';
import { PLAIN } from './style.ts';
import { diffText } from './text-diff.ts';

const MAX_MESSAGE = 4000;
const MAX_ROWS = 120;
const MAX_SHOWN = 40;

/** What to say about a check that failed, safe to print. */
export interface CheckMessage {
  message: string;
  /** The diff of expected and actual text, or the text in which something was searched for; may be empty. */
  details: string;
}

/**
 * Words for the result of a check such as `toRenderText`.
 *
 * @param matcher Name of the matcher, shown first.
 */
export function checkMessage(
  matcher: string,
  result: CheckResult,
  options: ReportOptions = {},
): CheckMessage {
  const style = options.style ?? PLAIN;
  const message = `${matcher}: ${escapeLines(clip(hideKeys(result.reason), MAX_MESSAGE))}`;
  if (result.pass || result.actual === undefined) return { message, details: '' };
  const actual = hideKeys(result.actual);
  const expected = result.expected === undefined ? undefined : hideKeys(result.expected);
  if (expected === undefined) {
    const lines = actual.split('\n');
    const shown = lines.slice(0, MAX_SHOWN).map((text) => ({ kind: 'same', text }) as const);
    const rest = lines.length - shown.length;
    const rows = rest > 0 ? [...shown, { kind: 'equal', count: rest } as const] : shown;
    return { message, details: ['the text is', ...printRows(rows, style)].join('\n') };
  }
  const rows = diffText(expected, actual, {
    rows: options.maxLines ?? MAX_ROWS,
    context: options.context ?? 2,
  });
  return {
    message,
    details: [`${style.red('- expected')}  ${style.green('+ render')}`, '', ...printRows(rows, style)].join(
      '\n',
    ),
  };
}
