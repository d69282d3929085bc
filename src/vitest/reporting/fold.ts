import type { TestCase, TestModule, Vitest } from 'vitest/node';
import type { VerdictRecord } from '../../golden/record.ts';
import { isRed } from '../../report/index.ts';

/** What is used of the reporters of Vitest that print for people; the same in 3.2, 4 and 5, and in none of them public. */
interface PrintingReporter {
  printTaskErrors(tasks: PrintedTask[], divider: () => void): void;
  printTestCase(moduleState: string, test: TestCase): void;
  printTestModule(module: TestModule): void;
  /** Whether tests that pass are listed, too. */
  renderSucceed?: boolean;
  log(...messages: unknown[]): void;
  error(...messages: unknown[]): void;
}

interface PrintedTask {
  meta?: object;
  result?: { errors?: readonly { name?: string }[] };
}

/** So many tests of a module are listed that say only what others have said. */
const LISTED = 10;

/**
 * Keeps Vitest's own reporters from printing every test that fails for a cause which others have shown in full: of 10,000
 * tests that one edit turns red, some are printed and the rest counted. Reporters that programs read see all of them.
 */
export function foldFailures(vitest: Vitest): void {
  const { reporters } = vitest as { reporters?: unknown[] };
  for (const reporter of reporters ?? []) if (isPrinting(reporter)) fold(reporter);
}

/** Whether all that a test failed for is said elsewhere. */
export function isFolded(meta: object, errors: readonly { name?: string }[] = []): boolean {
  const records = ((meta as { poml?: VerdictRecord[] }).poml ?? []).filter(isRed);
  return (
    records.length > 0 &&
    records.every(({ like }) => like !== undefined) &&
    errors.every(({ name }) => name === 'PromptError')
  );
}

function isPrinting(reporter: unknown): reporter is PrintingReporter {
  const methods = ['printTaskErrors', 'printTestCase', 'printTestModule', 'log', 'error'] as const;
  return methods.every((name) => typeof (reporter as Partial<PrintingReporter>)?.[name] === 'function');
}

function fold(reporter: PrintingReporter): void {
  const { printTaskErrors, printTestCase, printTestModule } = reporter;
  let left = { folded: 0, passed: 0, listed: 0 };

  reporter.printTaskErrors = (tasks, divider) => {
    const shown = tasks.filter(({ meta, result }) => !isFolded(meta ?? {}, result?.errors));
    printTaskErrors.call(reporter, shown, divider);
    const rest = tasks.length - shown.length;
    if (rest > 0)
      reporter.error(` ${numbered(rest, 'more test fails', 'more tests fail')} for causes shown above\n`);
  };

  reporter.printTestCase = (moduleState, test) => {
    const result = test.result();
    const isFail = result.state === 'failed';
    if (isFail && isFolded(test.meta(), result.errors) && ++left.listed > LISTED) left.folded++;
    // The tests of a session that pass say nothing beside those that fail.
    else if (result.state === 'passed' && isSession(test.module) && ++left.passed > LISTED) return;
    else printTestCase.call(reporter, moduleState, test);
  };

  reporter.printTestModule = (module) => {
    left = { folded: 0, passed: 0, listed: 0 };
    printTestModule.call(reporter, module);
    const { folded, passed } = left;
    if (folded > 0) reporter.log(`   … ${numbered(folded, 'more test', 'more tests')} × like these`);
    if (passed > LISTED && (module.state() === 'failed' || reporter.renderSucceed))
      reporter.log(`   … ${numbered(passed - LISTED, 'more test', 'more tests')} ✓`);
  };
}

function isSession({ moduleId }: TestModule): boolean {
  return moduleId.endsWith('.poml');
}

function numbered(value: number, one: string, many: string): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}
