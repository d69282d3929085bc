import type { RunnerTask, RunnerTestFile } from 'vitest';

/**
 * The module that a worker collects or runs. Vitest has no public way to it outside of a test; where this one is
 * missing, what hangs on it (a nicer name, files followed in watch mode) is left out.
 */
export function currentModule(): RunnerTestFile | undefined {
  const worker = (globalThis as { __vitest_worker__?: { current?: RunnerTask } }).__vitest_worker__;
  const current = worker?.current;
  if (current?.file) return current.file;
  return current?.type === 'suite' && 'filepath' in current ? (current as RunnerTestFile) : undefined;
}
