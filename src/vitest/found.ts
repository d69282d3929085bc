import type { RunnerTestCase, RunnerTestFile } from 'vitest';
import { Exemplars } from '../golden/exemplars.ts';
import { makeDetail } from '../golden/make-detail.ts';
import type { Verdict, VerdictStatus } from '../golden/verdict.ts';
import { assetsOf, pendingOf } from '../project/pending/pending.ts';
import { type ModulePendings, PendingStore } from '../project/pending/store.ts';
import { errorCode } from '../trace/error.ts';
import { countVerdict, type SnapshotState, updateMode } from './counters.ts';
import { settings } from './settings.ts';
import { recordVerdict } from './task-meta.ts';
import { tools } from './tools.ts';

const exemplars = new WeakMap<RunnerTestFile, Exemplars>();

/**
 * Takes note of a verdict: counts it as a snapshot, hangs it on its test for the reporters, the first ones of each cause
 * with the full picture.
 *
 * @returns The title of a verdict that shows the same, so that this one may be told in a line.
 */
export function noteVerdict(
  verdict: Verdict,
  task: RunnerTestCase,
  state: SnapshotState | undefined,
): string | undefined {
  countVerdict(state, verdict, task.id);
  keepPending(verdict, task, state);
  if (!DIFFERENT.has(verdict.status)) {
    recordVerdict(task, verdict);
    return undefined;
  }
  const like = exemplarsOf(task.file).like(verdict);
  recordVerdict(task, verdict, like === undefined ? { detail: makeDetail(verdict, readSource) } : { like });
  return like;
}

const DIFFERENT: ReadonlySet<VerdictStatus> = new Set(['changed', 'failed', 'missing']);

/** One per module: what is pending may have changed since an earlier run of the same worker. */
const pendings = new WeakMap<RunnerTestFile, ModulePendings>();

/**
 * Keeps a render that differs for a review, where somebody may sit at this run: not in CI, which may write nothing. One
 * that is fine again, or was accepted, leaves nothing to review.
 */
function keepPending(verdict: Verdict, task: RunnerTestCase, state: SnapshotState | undefined): void {
  const { golden } = verdict;
  if (golden === undefined) return;
  const mode = updateMode(state);
  const { file } = task;
  try {
    const store = pendings.get(file) ?? new PendingStore(settings().root).module(file.filepath);
    pendings.set(file, store);
    const pending = mode === 'new' ? pendingOf(verdict, file.filepath, tools().files) : undefined;
    if (pending) store.put(pending, assetsOf(verdict));
    else if (mode !== 'none') store.drop(golden);
  } catch (error) {
    // A folder that cannot be read or written leaves nothing to review; the test has its result all the same.
    if (errorCode(error) === undefined) throw error;
  }
}

function exemplarsOf(module: RunnerTestFile): Exemplars {
  const known = exemplars.get(module);
  if (known) return known;
  const fresh = new Exemplars();
  exemplars.set(module, fresh);
  return fresh;
}

/** The text of an included file, for the report; a file that is gone meanwhile has none. */
function readSource(file: string): string | undefined {
  try {
    return tools().files.read(file);
  } catch {
    return undefined;
  }
}
