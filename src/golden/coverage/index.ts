export type { CoveredCall, CoveredCalls } from './collect.ts';
export { coverTraces, recordedAs } from './collect.ts';
export type { CoveredContext } from './context.ts';
export type { AdvisedPoint, Missing } from './missing.ts';
export { missingCalls } from './missing.ts';
export type {
  CoverageReport,
  CoveredOutcome,
  CoveredPoint,
  CoveredPrompt,
  CoveredText,
} from './report.ts';
export { coverageReport, onDisk } from './report.ts';
export type { CallCoverage, Selection } from './select.ts';
export { selectByCoverage, selectDistinct } from './select.ts';
export type { Tallies, Tally, TallyName } from './tally.ts';
export { tally } from './tally.ts';
