import { defineCommand, type ExitCode } from '../command.ts';
import type { Io } from '../io.ts';
import { type Desk, openDesk, resultJson } from '../pending/desk.ts';
import { pendingLines, plural } from '../pending/lines.ts';
import { selectPendings } from '../pending/select.ts';
import { type Keys, openKeys } from '../review/keys.ts';
import { openDiffTool, openEditor } from '../review/programs.ts';
import { Review, type Scope } from '../review/review.ts';
import { screen } from '../review/screen.ts';

/** Walks through what is pending, on a terminal. */
export const review = defineCommand({
  usage: '[<golden, prompt or cause>...]',
  description: `Walks through the renders that are pending, by cause: shows what changed and takes a decision for one golden, for all
of a cause, of a prompt, or for all. Without a terminal it prints the commands that do the same.
Exit code 0 when nothing is pending any more, else 1.`,
  options: { json: { type: 'boolean', help: 'Print what is pending as JSON, without asking' } },
  async run({ options, positionals }, io) {
    const desk = await openDesk(io.cwd, options);
    const pendings =
      positionals.length === 0
        ? desk.pendings
        : selectPendings(desk.pendings, { names: positionals, classes: [], all: false }, desk.root);
    if (options.json) {
      io.out(resultJson(desk, {}));
      return desk.pendings.length > 0 ? 1 : 0;
    }
    if (pendings.length === 0 || !io.interactive) {
      io.out(`${pendingLines(pendings, desk.root, io.style).join('\n')}\n`);
      return pendings.length > 0 ? 1 : 0;
    }
    const keys = openKeys();
    try {
      return await walk(new Review(pendings), desk, keys, io);
    } finally {
      keys.close();
    }
  },
});

const CLEAR = '\u001b[2J\u001b[3J\u001b[H';
const PAGE = 10;

/** Shows one change after the other until all are decided or somebody quits. */
async function walk(review: Review, desk: Desk, keys: Keys, io: Io): Promise<ExitCode> {
  const done = { accepted: 0, rejected: 0 };
  let notice: string | undefined;
  let help = false;
  for (;;) {
    const { current } = review;
    if (!current) break;
    // A terminal that does not tell its size says 0.
    const rows = process.stdout.rows || 24;
    const { root, project } = desk;
    const { files } = project.tools;
    const lines = screen(review, { root, style: io.style, rows, files, notice, help });
    io.out(`${CLEAR}${lines.join('\n')}\n`);
    const key = await keys.next();
    notice = undefined;
    if (help && key !== undefined && key !== 'ctrl+c') {
      help = false;
      continue;
    }
    if (key === undefined || key === 'q' || key === 'ctrl+c') break;
    const decision = DECISIONS[key];
    if (decision) {
      notice = decide(decision.what, decision.scope ?? review.scope, review, desk, done);
    } else if (key === 'g') review.widen();
    else if (key === 'd') review.toggleView();
    else if (key === '?') help = true;
    else if (key in SCROLLS) review.scroll += SCROLLS[key]!;
    else if (key === 'o') notice = await keys.pause(() => openEditor(current, io.env));
    else if (key === 't') notice = await keys.pause(() => openDiffTool(current, io.env, files));
  }
  const left = desk.store.list().length;
  io.out(
    `${CLEAR}${done.accepted} accepted, ${done.rejected} rejected, ${plural(left, 'render', 'renders')} still pending\n`,
  );
  return left > 0 ? 1 : 0;
}

interface Decision {
  what: 'accept' | 'reject' | 'skip';
  scope?: Scope;
}

const DECISIONS: Readonly<Record<string, Decision>> = {
  a: { what: 'accept' },
  return: { what: 'accept' },
  enter: { what: 'accept' },
  r: { what: 'reject' },
  escape: { what: 'reject' },
  s: { what: 'skip' },
  space: { what: 'skip' },
  A: { what: 'accept', scope: 'cause' },
  R: { what: 'reject', scope: 'cause' },
  S: { what: 'skip', scope: 'cause' },
};

const SCROLLS: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -PAGE, pagedown: PAGE };

/** Carries out a decision; what was refused is skipped, and said. */
function decide(
  what: Decision['what'],
  scope: Scope,
  review: Review,
  desk: Desk,
  done: { accepted: number; rejected: number },
): string | undefined {
  let refused = 0;
  let why: string | undefined;
  for (const pending of review.take(scope)) {
    if (what === 'accept') {
      const refusal = desk.accept(pending);
      if (refusal === undefined) done.accepted++;
      else {
        refused++;
        why ??= refusal;
      }
    } else if (what === 'reject') {
      desk.reject(pending);
      done.rejected++;
    }
  }
  return why === undefined ? undefined : `${refused} not accepted: ${why}`;
}
