import type { TestCase, TestModule, Vitest } from 'vitest/node';
import { Exemplars } from '../../golden/exemplars.ts';
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
  id: string;
  meta?: object;
  result?: { errors?: readonly { name?: string }[] };
}

/** So many tests of a module are listed that say only what others have said, and so many that pass. */
const LISTED = 10;
/** And so many of both in a run. */
const LISTED_IN_RUN = 30;
/** So many sessions are listed of which every failure has been shown elsewhere. */
const SESSIONS_IN_RUN = 20;

/** What has been printed in a run. */
interface Printed {
  exemplars: Exemplars;
  /** Whether the tests that failed, by id, say only what others have said. */
  known: Map<string, boolean>;
  listed: number;
  /** Sessions that say nothing new: how many were listed, and how many were not. */
  sessions: { listed: number; hidden: number };
}

/**
 * Keeps Vitest's own reporters from printing every test that fails for a cause which others have shown in full: of 10,000
 * tests that one edit turns red, some are printed and the rest counted. Reporters that programs read see all of them.
 *
 * @returns To be called when a run starts.
 */
export function foldFailures(vitest: Vitest): () => void {
  const { reporters } = vitest as { reporters?: unknown[] };
  const restarts = (reporters ?? []).filter(isPrinting).map(fold);
  return () => {
    for (const restart of restarts) restart();
  };
}

/** Whether all that a test failed for is said elsewhere. */
export function isFolded(meta: object, errors: readonly { name?: string }[] = []): boolean {
  const records = recordsOf(meta).filter(isRed);
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

function fold(reporter: PrintingReporter): () => void {
  const { printTaskErrors, printTestCase, printTestModule } = reporter;
  const fresh = (): Printed => ({
    exemplars: new Exemplars(),
    known: new Map(),
    listed: 0,
    sessions: { listed: 0, hidden: 0 },
  });
  let run = fresh();
  let listed = { like: 0, passed: 0 };
  let hidden = { like: 0, passed: 0 };

  const isLike = ({ id, meta = {}, result }: PrintedTask): boolean => {
    const known =
      run.known.get(id) ?? (isFolded(meta, result?.errors) || hasBeenShown(id, meta, run.exemplars));
    run.known.set(id, known);
    return known;
  };

  reporter.printTaskErrors = (tasks, divider) => {
    const shown = tasks.filter((task) => !isLike(task));
    printTaskErrors.call(reporter, shown, divider);
    const rest = tasks.length - shown.length;
    const sessions = run.sessions.hidden;
    const where =
      sessions > 0
        ? `; ${numbered(sessions, 'of their sessions is', 'of their sessions are')} not listed`
        : '';
    if (rest > 0)
      reporter.error(
        ` ${numbered(rest, 'more test fails', 'more tests fail')} for causes shown above${where}\n`,
      );
  };

  reporter.printTestCase = (moduleState, test) => {
    const kind = kindOf(test, isLike);
    // Of a module that passes no test is listed, unless all are.
    if (kind !== undefined && (moduleState === 'failed' || reporter.renderSucceed)) {
      if (listed[kind] >= LISTED || run.listed >= LISTED_IN_RUN) {
        hidden[kind]++;
        return;
      }
      listed[kind]++;
      run.listed++;
    }
    printTestCase.call(reporter, moduleState, test);
  };

  reporter.printTestModule = (module) => {
    listed = { like: 0, passed: 0 };
    hidden = { like: 0, passed: 0 };
    if (isSession(module) && isNothingNew(module, isLike)) {
      if (run.sessions.listed >= SESSIONS_IN_RUN) {
        run.sessions.hidden++;
        return;
      }
      run.sessions.listed++;
    }
    printTestModule.call(reporter, module);
    const { like, passed } = hidden;
    // Where no test is listed the line of the module says how many there are.
    if (listed.like + listed.passed === 0) return;
    if (like > 0)
      reporter.log(
        `   … ${numbered(like, 'more test', 'more tests')} ×${listed.like > 0 ? ' like these' : ''}`,
      );
    if (passed > 0) reporter.log(`   … ${numbered(passed, 'more test', 'more tests')} ✓`);
  };

  return () => {
    run = fresh();
  };
}

/** What a test may be one of many of: those that say what others have said, and those of a session that pass. */
function kindOf(test: TestCase, isLike: (task: PrintedTask) => boolean): 'like' | 'passed' | undefined {
  const result = test.result();
  if (result.state === 'passed') return isSession(test.module) ? 'passed' : undefined;
  if (result.state !== 'failed') return undefined;
  return isLike({ id: test.id, meta: test.meta(), result: { errors: result.errors } }) ? 'like' : undefined;
}

/** Whether a module fails, and only for what others have shown. */
function isNothingNew(module: TestModule, isLike: (task: PrintedTask) => boolean): boolean {
  if (module.state() !== 'failed' || module.errors().length > 0) return false;
  for (const test of module.children.allTests('failed')) if (kindOf(test, isLike) !== 'like') return false;
  return true;
}

/** Whether tests of other modules have shown in full what this one failed for. */
function hasBeenShown(id: string, meta: object, exemplars: Exemplars): boolean {
  const records = recordsOf(meta).filter(isRed);
  // Each takes its place among what is shown.
  const like = records.map((record) => exemplars.like({ ...record, title: id }));
  return records.length > 0 && like.every((other) => other !== undefined);
}

function recordsOf(meta: object): VerdictRecord[] {
  return (meta as { poml?: VerdictRecord[] }).poml ?? [];
}

function isSession({ moduleId }: TestModule): boolean {
  return moduleId.endsWith('.poml');
}

function numbered(value: number, one: string, many: string): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}
