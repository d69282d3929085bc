import { hideKeys } from '../golden/redaction/hide-keys.ts';
import type { Verdict } from '../golden/verdict.ts';
import { failureMessage, type ReportOptions, shortMessage } from '../report/index.ts';
import type { Failure, Place } from './scope.ts';

/**
 * What to say about a verdict that is not what the test wanted.
 *
 * @param like Title of a verdict that shows the same; then a line will do.
 */
export function verdictFailure(
  verdict: Verdict,
  isNot: boolean,
  report: ReportOptions,
  like?: string,
): Failure {
  if (isNot && verdict.status === 'same') {
    return {
      message: `${verdict.title}: the prompt renders like its golden, and should not.`,
      places: firstPlace(verdict),
    };
  }
  if (like !== undefined) {
    const { message, places } = shortMessage(verdict, like);
    return { message, places };
  }
  const { message, details, mend, places } = failureMessage(verdict, report);
  const shown = [details, mend].filter((part) => part !== '').join('\n\n');
  return {
    message,
    diff: shown === '' ? undefined : shown,
    expected: shownText(verdict.expectedText),
    actual: shownText(verdict.actualText),
    places: places.length > 0 ? places : firstPlace(verdict),
    cause: isBug(verdict.cause) ? verdict.cause : undefined,
  };
}

function shownText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : hideKeys(text);
}

/** A file that is broken or out of reach has said all in its message; of a bug one wants the stack too. */
function isBug(cause: Error | undefined): boolean {
  return ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(cause?.name ?? '');
}

/** The prompt itself, when nothing in it can be pointed at. Where a golden is missing there is nothing to see in it. */
function firstPlace({ source, status }: Verdict): Place[] {
  return status !== 'missing' && source?.kind === 'live' && source.path !== undefined
    ? [{ file: source.path, line: 1, column: 1 }]
    : [];
}
