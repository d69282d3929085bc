import type { Cause } from '../../golden/causes.ts';
import type { Pending } from '../../project/pending/pending.ts';
import { clip, escapeLine, type Style, shownPath } from '../../report/index.ts';
import { groupByCause, shortKey } from './groups.ts';

const MAX_GROUPS = 20;
const MAX_NAMES = 3;
/** Of the causes that touch the same renders. */
const MAX_OTHERS = 5;
const MAX_SUMMARY = 160;

/** The command as users call it. */
const COMMAND = 'npx vitest-poml';

/** What is pending, by cause, with the commands that accept and reject it. */
export function pendingLines(pendings: readonly Pending[], root: string, style: Style): string[] {
  if (pendings.length === 0) return ['Nothing is pending.'];
  const groups = groupByCause(pendings);
  const causes = causesOf(pendings).size;
  const from = causes > 0 ? `, from ${plural(causes, 'cause', 'causes')}` : '';
  const lines = [style.bold(`${plural(pendings.length, 'render is', 'renders are')} pending${from}`)];
  const heads = new Set(groups.flatMap(({ cause }) => cause?.key ?? []));
  for (const { cause, pendings: same } of groups.slice(0, MAX_GROUPS)) {
    const shown = same.slice(0, MAX_NAMES).map(({ golden }) => shownPath(golden, root));
    const more = same.length - shown.length;
    // Those that no line of their own names.
    const others = [...causesOf(same).values()].filter(({ key }) => !heads.has(key));
    const also = others
      .slice(0, MAX_OTHERS)
      .map(({ summary }) => style.dim(`  also ${escapeLine(clip(summary, MAX_SUMMARY))}`));
    if (others.length > MAX_OTHERS)
      also.push(style.dim(`  and ${plural(others.length - MAX_OTHERS, 'more cause', 'more causes')}`));
    const name = cause ? shortKey(cause) : quoted(shownPath(same[0]!.golden, root));
    lines.push(
      '',
      `${style.red(`✗ ${escapeLine(clip(cause?.summary ?? same[0]!.reason, MAX_SUMMARY))}`)}`,
      ...also,
      style.dim(`    ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`),
      `    ${COMMAND} accept ${name}`,
      `    ${COMMAND} reject ${name}`,
    );
  }
  const rest = groups.length - MAX_GROUPS;
  if (rest > 0) lines.push('', style.dim(`… and ${rest} more causes; --json lists all`));
  lines.push('', `All of them: ${COMMAND} accept --all`);
  return lines;
}

/** All causes, by their keys. */
function causesOf(pendings: readonly Pending[]): Map<string, Cause> {
  return new Map(pendings.flatMap(({ causes }) => causes.map((cause) => [cause.key, cause])));
}

/** How a golden is named on a command line, whatever it is called. */
export function quoted(name: string): string {
  return /^[\w./@%+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** A number and its noun. */
export function plural(value: number, one: string, many: string): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}
