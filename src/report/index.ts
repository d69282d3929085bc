export type { CheckMessage } from './check.ts';
export { checkMessage } from './check.ts';
export type { ReportOptions } from './diff.ts';
export { placeName, printDiff } from './diff.ts';
export { clip, escapeLine, escapeLines, escapeText, showWhiteSpace } from './escape.ts';
export type { FailureMessage } from './message.ts';
export { failureMessage, printFailure, shortMessage } from './message.ts';
export type {
  CauseModel,
  ObsoleteFolder,
  Outcome,
  PromptModel,
  RunEnvironment,
  RunFindings,
  RunModel,
  RunTotals,
} from './model/index.ts';
export { collect, isRed, merge, outcomeOf } from './model/index.ts';
export { relativePath, shownPath } from './paths.ts';
export type { Style } from './style.ts';
export { ANSI, PLAIN } from './style.ts';
export { printSummary } from './summary.ts';
