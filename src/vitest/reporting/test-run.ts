import { stripVTControlCharacters } from 'node:util';
import type { TestModule, TestCase as VitestCase } from 'vitest/node';
import type { VerdictRecord } from '../../golden/record.ts';
import type { TestCase, TestRun } from '../../telemetry/index.ts';

/**
 * The tests of a run that have to do with prompts: all of a module in which any prompt was rendered, and of recorded
 * sessions.
 */
export function testRun(
  modules: readonly TestModule[],
  run: Omit<TestRun, 'cases' | 'brokenFiles'>,
): TestRun {
  const cases = modules
    .map((module) => ({
      isSession: module.moduleId.endsWith('.poml'),
      tests: [...module.children.allTests()],
    }))
    .filter(({ isSession, tests }) => isSession || tests.some((test) => recordsOf(test).length > 0))
    .flatMap(({ tests }) => tests.map(caseOf));
  const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
  return { ...run, cases, brokenFiles };
}

function caseOf(test: VitestCase): TestCase {
  const result = test.result();
  const diagnostic = test.diagnostic();
  const project = test.project.name;
  return {
    name: test.fullName,
    file: test.module.moduleId,
    ...(test.location && { line: test.location.line }),
    ...(project !== '' && { project }),
    state: result.state === 'passed' || result.state === 'failed' ? result.state : 'skipped',
    ...(diagnostic && {
      startedAt: diagnostic.startTime,
      duration: diagnostic.duration,
      retries: diagnostic.retryCount,
    }),
    ...(result.state === 'skipped' && result.note !== undefined && { note: result.note }),
    errors: (result.errors ?? []).map(({ name, message, diff }) => ({
      name: name ?? 'Error',
      message: stripVTControlCharacters(message ?? ''),
      ...(diff !== undefined && { diff: stripVTControlCharacters(diff) }),
    })),
    renders: recordsOf(test),
  };
}

function recordsOf(test: VitestCase): VerdictRecord[] {
  return (test.meta() as { poml?: VerdictRecord[] }).poml ?? [];
}
