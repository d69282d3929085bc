import { loadProject, type Project, type ProjectPlace } from '../../project/load-project.ts';
import { acceptPending } from '../../project/pending/accept.ts';
import type { Pending } from '../../project/pending/pending.ts';
import { PendingStore } from '../../project/pending/store.ts';
import { relativePath } from '../../report/index.ts';

/** Where pendings are looked at, accepted and rejected. */
export interface Desk {
  root: string;
  project: Project;
  store: PendingStore;
  pendings: Pending[];
  /** Writes it as the golden; a sentence when that was refused. */
  accept(pending: Pending): string | undefined;
  /** Keeps the golden as it is and forgets the render. */
  reject(pending: Pending): void;
}

/** Opens the pendings of a project. */
export async function openDesk(cwd: string, place: ProjectPlace): Promise<Desk> {
  const project = await loadProject(cwd, place);
  const { root, homes } = project.settings;
  const store = new PendingStore(root);
  return {
    root,
    project,
    store,
    pendings: store.list(),
    accept(pending) {
      const result = acceptPending(pending, store, project.tools.files, homes);
      return 'refused' in result ? result.refused : undefined;
    },
    reject: (pending) => store.drop(pending.golden),
  };
}

/** A pending as programs read it; see docs/pending.schema.json. */
export function pendingJson(pending: Pending, root: string) {
  const { golden, status, title, prompt, source, reason, causes, classes, files } = pending;
  return {
    golden: relativePath(golden, root),
    status,
    title,
    prompt,
    ...(source !== undefined && { source: relativePath(source, root) }),
    reason,
    classes,
    causes: causes.map(({ key, kind, summary, file, line }) => ({
      key,
      kind,
      summary,
      ...(file !== undefined && { file: relativePath(file, root) }),
      ...(line !== undefined && { line }),
    })),
    files: files.map(({ suffix }) => relativePath(golden + suffix, root)),
  };
}

/** What a command about pendings did, as JSON. */
export function resultJson(
  { root, store }: Pick<Desk, 'root' | 'store'>,
  done: { accepted?: Pending[]; rejected?: Pending[]; refused?: { pending: Pending; why: string }[] },
): string {
  const names = (pendings: Pending[]) => pendings.map(({ golden }) => relativePath(golden, root));
  return `${JSON.stringify(
    {
      version: 1,
      pending: store.list().map((pending) => pendingJson(pending, root)),
      ...(done.accepted && { accepted: names(done.accepted) }),
      ...(done.rejected && { rejected: names(done.rejected) }),
      ...(done.refused && {
        refused: done.refused.map(({ pending, why }) => ({
          golden: relativePath(pending.golden, root),
          why,
        })),
      }),
    },
    null,
    2,
  )}\n`;
}
