import type { RunnerTestCase, RunnerTestFile } from 'vitest';
import { Exemplars } from '../golden/exemplars.ts';
import { makeDetail } from '../golden/make-detail.ts';
import type { Verdict } from '../golden/verdict.ts';
import { countVerdict, type SnapshotState } from './counters.ts';
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
  const like =
    verdict.status === 'changed' || verdict.status === 'failed' || verdict.status === 'missing'
      ? exemplarsOf(task.file).like(verdict)
      : verdict.title;
  recordVerdict(task, verdict, like === undefined ? makeDetail(verdict, readSource) : undefined);
  return like;
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
