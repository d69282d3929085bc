import type { Verdict } from '../golden/verdict.ts';
import { ANSI, failureMessage, PLAIN, type ReportOptions } from '../report/index.ts';
import { useColour } from './colour.ts';
import { PromptError } from './failure.ts';
import { settings } from './settings.ts';

/** The error for a verdict that is not what the test wanted. */
export function verdictError(verdict: Verdict, isNot: boolean): PromptError {
  if (isNot && verdict.status === 'same') {
    return new PromptError({
      message: `${verdict.title}: the prompt renders like its golden, and should not.`,
      places: firstPlace(verdict),
    });
  }
  const { message, details, mend, places } = failureMessage(verdict, reportOptions());
  const shown = [details, mend].filter((part) => part !== '').join('\n\n');
  return new PromptError({
    message,
    diff: shown === '' ? undefined : shown,
    expected: verdict.expectedText,
    actual: verdict.actualText,
    places: places.length > 0 ? places : firstPlace(verdict),
    cause: isBug(verdict.cause) ? verdict.cause : undefined,
  });
}

/** How errors are worded in this run. */
export function reportOptions(): ReportOptions {
  return { root: settings().root, style: useColour() ? ANSI : PLAIN };
}

/** A file that is broken or out of reach has said all in its message; of a bug one wants the stack too. */
function isBug(cause: Error | undefined): boolean {
  return ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(cause?.name ?? '');
}

/** The prompt itself, when nothing in it can be pointed at. Where a golden is missing there is nothing to see in it. */
function firstPlace({ source, status }: Verdict): { file: string; line: number; column: number }[] {
  return status !== 'missing' && source?.kind === 'live' && source.path !== undefined
    ? [{ file: source.path, line: 1, column: 1 }]
    : [];
}
