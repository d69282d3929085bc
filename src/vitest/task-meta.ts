import type { RunnerTask, RunnerTestCase, RunnerTestFile } from 'vitest';
import { summarize, type VerdictRecord } from '../golden/record.ts';
import { hideKeys } from '../golden/redaction/hide-keys.ts';
import { passes, type Verdict } from '../golden/verdict.ts';
import type { FileHits } from '../poml/coverage/collector.ts';
import { settings } from './settings.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What vitest-poml found in this test, in the order of the calls. */
    poml?: VerdictRecord[];
    /** In watch mode, on a module: the files that its renders have read, absolute. */
    pomlFiles?: string[];
    /** On a module, with the option `coverage`: what its renders have reached in prompt files. */
    pomlCoverage?: FileHits[];
  }
}

/** Which try of a test runs: one of `retry` or `repeats` begins anew. */
function attemptOf(task: RunnerTestCase): string {
  return `${task.result?.repeatCount ?? 0}.${task.result?.retryCount ?? 0}`;
}

const recorded = new WeakMap<RunnerTestCase, string>();

/**
 * Hangs a verdict on its test, for the reporters.
 *
 * @param detail The full picture, where it is the one to show.
 * @param like Title of the one that shows the same, where it is not.
 */
export function recordVerdict(
  task: RunnerTestCase,
  verdict: Verdict,
  { detail, like }: Pick<VerdictRecord, 'detail' | 'like'> = {},
): void {
  const record = summarize(verdict, detail);
  if (like !== undefined) record.like = like;
  const rendered = renderedText(task, verdict);
  if (rendered !== undefined) record.rendered = rendered;
  const attempt = attemptOf(task);
  const meta: { poml?: VerdictRecord[] } = task.meta;
  const earlier = recorded.get(task) === attempt ? (meta.poml ?? []) : [];
  recorded.set(task, attempt);
  meta.poml = [...earlier, record];
}

/** What the records of one test file may carry of renders that differ, in characters: all of it goes through one pipe. */
const MAX_RENDERED = 512 * 1024;
const left = new WeakMap<RunnerTestFile, number>();

/** What was rendered, where no file will tell it when the run is over. */
function renderedText({ file }: RunnerTestCase, verdict: Verdict): string | undefined {
  if (!verdict.actual || passes(verdict) || settings().renders === false) return undefined;
  const room = left.get(file) ?? MAX_RENDERED;
  if ((verdict.actualJson?.length ?? 0) > room) return undefined;
  const text = hideKeys(JSON.stringify(verdict.actual));
  left.set(file, room - text.length);
  return text;
}

/** Full name of a test with its suites, without the file. */
export function testName(task: RunnerTestCase): string {
  const names = [task.name];
  for (let suite = task.suite; suite && (suite as RunnerTask) !== task.file; suite = suite.suite)
    names.unshift(suite.name);
  return names.filter((name) => name !== '').join(' > ');
}

const counts = new WeakMap<RunnerTestFile, Map<string, number>>();
const starts = new WeakMap<RunnerTestCase, { attempt: string; start: number }>();

/**
 * Number of a test's next own golden, from 1. Tests of one name in a file share one count, as in Vitest's own
 * snapshots; a test that is tried again starts where it had started.
 */
export function nextGoldenNumber(task: RunnerTestCase): number {
  const name = testName(task);
  const names = counts.get(task.file) ?? new Map<string, number>();
  counts.set(task.file, names);
  const attempt = attemptOf(task);
  const earlier = starts.get(task);
  if (earlier === undefined) starts.set(task, { attempt, start: names.get(name) ?? 0 });
  else if (earlier.attempt !== attempt) {
    names.set(name, earlier.start);
    starts.set(task, { attempt, start: earlier.start });
  }
  const number = (names.get(name) ?? 0) + 1;
  names.set(name, number);
  return number;
}
