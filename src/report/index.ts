export type { ReportOptions } from './diff.ts';
export { placeName, printDiff, shownPath } from './diff.ts';
export { clip, escapeLine, escapeLines, escapeText, showWhiteSpace } from './escape.ts';
export type { FailureMessage } from './message.ts';
export { failureMessage, printFailure } from './message.ts';
export type { Style } from './style.ts';
export { ANSI, PLAIN } from './style.ts';
export type { ObsoleteFolder, RunResults } from './summary.ts';
export { printSummary } from './summary.ts';
