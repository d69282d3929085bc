import type { Pending } from '../../project/pending/pending.ts';
import { escapeLine, shownPath } from '../../report/index.ts';
import type { Arguments, ExitCode, OptionSpecs } from '../command.ts';
import type { Io } from '../io.ts';
import { type Desk, openDesk, resultJson } from './desk.ts';
import { plural } from './lines.ts';
import { selectPendings } from './select.ts';

/** Options of `accept` and `reject`. */
export const DECISION_OPTIONS = {
  class: {
    type: 'string',
    multiple: true,
    value: 'CLASS',
    help: 'Only where nothing else changed: whitespace, wording, …',
  },
  all: { type: 'boolean', help: 'All that is pending' },
  json: { type: 'boolean', help: 'Print what was done as JSON' },
} as const satisfies OptionSpecs;

const MAX_SHOWN = 20;

/**
 * Accepts or rejects the pendings that a command line names, and says what was done.
 *
 * @returns 1 when something was refused.
 */
export async function decide(
  decision: 'accepted' | 'rejected',
  { options, positionals }: Arguments<typeof DECISION_OPTIONS>,
  io: Io,
): Promise<ExitCode> {
  const desk = await openDesk(io.cwd, options);
  const wanted = { names: positionals, classes: options.class ?? [], all: options.all === true };
  const selected = selectPendings(desk.pendings, wanted, desk.root);
  const refused: { pending: Pending; why: string }[] = [];
  const done = selected.filter((pending) => {
    const why = decision === 'accepted' ? desk.accept(pending) : void desk.reject(pending);
    if (why !== undefined) refused.push({ pending, why });
    return why === undefined;
  });
  if (options.json) {
    io.out(resultJson(desk, { [decision]: done, ...(refused.length > 0 && { refused }) }));
  } else {
    io.out(`${doneLines(decision, done, desk, io).join('\n')}\n`);
    for (const { pending, why } of refused)
      io.err(`not accepted: ${shownPath(pending.golden, desk.root)}: ${escapeLine(why)}\n`);
  }
  return refused.length > 0 ? 1 : 0;
}

function doneLines(
  decision: string,
  done: readonly Pending[],
  { root, pendings }: Desk,
  { style }: Io,
): string[] {
  const left = pendings.length - done.length;
  const shown = done.slice(0, MAX_SHOWN).map(({ golden }) => style.dim(`    ${shownPath(golden, root)}`));
  const more = done.length - shown.length;
  return [
    `${plural(done.length, 'render', 'renders')} ${decision}${left > 0 ? `, ${left.toLocaleString('en-US')} still pending` : ''}`,
    ...shown,
    ...(more > 0 ? [style.dim(`    … and ${more.toLocaleString('en-US')} more`)] : []),
  ];
}
