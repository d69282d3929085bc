import { statSync } from 'node:fs';
import path from 'node:path';
import type { RendererChoice } from '../../poml/engines/types.ts';
import type { Project } from '../../project/load-project.ts';
import { loadSessions, type Session, TraceError } from '../../trace/index.ts';
import { UsageError } from '../command.ts';
import { sessionsOf } from '../sessions.ts';
import { checkOut, parseRange } from './revisions.ts';
import { projectSide, promptsSide, rendererSide, type Side, withEarlier } from './sides.ts';

/** What is to be compared. */
export type Comparison = {
  /** Shown names of the two sides. */
  before: string;
  after: string;
  /** Removes what was made for it. */
  dispose(): void;
} & (
  | { kind: 'recordings'; sessions: [Session[], Session[]] }
  | { kind: 'renders'; sessions: Session[]; sides: [Side, Side] }
);

/** What the command line says. */
export interface Wanted {
  positionals: readonly string[];
  renderers: readonly string[];
  /** Globs from the working directory. */
  sessions: readonly string[] | undefined;
}

/**
 * Finds out what two things are to be compared.
 *
 * @throws UsageError when they are not two of a kind; TraceError, RevisionError when one cannot be read
 */
export function chooseComparison(wanted: Wanted, project: Project, cwd: string): Comparison {
  const { positionals, renderers } = wanted;
  if (renderers.length > 0) {
    if (renderers.length !== 2 || positionals.length > 0)
      throw new UsageError(
        'Give --renderer twice and nothing else to compare, e.g. --renderer builtin --renderer pomljs.',
      );
    const [before, after] = renderers.map((name) => rendererSide(rendererOf(name), project)) as [Side, Side];
    return renders(before, after, sessionsOf(wanted.sessions, project, cwd, 'give --sessions'));
  }
  if (positionals.length === 1) return revisions(positionals[0]!, wanted, project, cwd);
  if (positionals.length !== 2)
    throw new UsageError(
      'Name two sessions, two folders of prompts, or one range of revisions such as main..HEAD.',
    );
  const folders = positionals.map((name) => existing(name, cwd)) as [string, string];
  const recordings = folders.map(recordedIn);
  const [first, second] = recordings;
  if (first && second) {
    const [before, after] = positionals as [string, string];
    return { kind: 'recordings', before, after, sessions: [first, second], dispose() {} };
  }
  if (first || second) {
    const [is, isNot] = first ? positionals : [...positionals].reverse();
    throw new UsageError(`${is} is a recorded session and ${isNot} is none: compare two of a kind.`);
  }
  const [before, after] = folders.map((folder) => promptsSide(folder, project)) as [Side, Side];
  const [old, now] = folders;
  return renders(
    before,
    withEarlier(after, now, old),
    sessionsOf(wanted.sessions, project, cwd, 'give --sessions'),
  );
}

function renders(before: Side, after: Side, sessions: Session[], dispose = () => {}): Comparison {
  return {
    kind: 'renders',
    before: before.label,
    after: after.label,
    sides: [before, after],
    sessions,
    dispose,
  };
}

function revisions(text: string, wanted: Wanted, project: Project, cwd: string): Comparison {
  const { root } = project.settings;
  const range = parseRange(text, root);
  if (!range)
    throw new UsageError(
      `${text} is no range of revisions: write main..HEAD, or main.. for the working tree. Or name a second folder.`,
    );
  // Before anything is checked out: what the user got wrong is said at once.
  const sessions = sessionsOf(wanted.sessions, project, cwd, 'give --sessions');
  const before = checkOut(range.before, root);
  try {
    const after = range.after === '' ? undefined : checkOut(range.after, root);
    const dispose = () => {
      before.dispose();
      after?.dispose();
    };
    return renders(
      projectSide(before.root, range.before, project),
      withEarlier(
        projectSide(after?.root ?? root, range.after || 'working tree', project),
        after?.root ?? root,
        before.root,
      ),
      sessions,
      dispose,
    );
  } catch (error) {
    before.dispose();
    throw error;
  }
}

function rendererOf(name: string): RendererChoice {
  if (name === 'builtin' || name === 'pomljs') return name;
  return { command: name.split(/\s+/).filter((part) => part !== '') };
}

function existing(name: string, cwd: string): string {
  const folder = path.resolve(cwd, name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new UsageError(`There is no folder ${name}.`);
}

/** The sessions in a folder; `undefined` where it holds prompts, not recordings. */
function recordedIn(folder: string): Session[] | undefined {
  try {
    const sessions = loadSessions(folder);
    return sessions.some(({ traces }) =>
      traces.some((trace) => trace.has('.result.json') || trace.has('.env')),
    )
      ? sessions
      : undefined;
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}
