export type { CoveredCall, CoveredCalls } from './collect.ts';
export { coverTraces, recordedAs } from './collect.ts';
export type { AdvisedPoint, Missing } from './missing.ts';
export { missingCalls } from './missing.ts';
export type {
  CoverageReport,
  CoveredContext,
  CoveredOutcome,
  CoveredPoint,
  CoveredPrompt,
  CoveredText,
  Tallies,
  Tally,
  TallyName,
} from './report.ts';
export { coverageReport, onDisk, tally } from './report.ts';
export type { CallCoverage, Selection } from './select.ts';
export { selectByCoverage, selectDistinct } from './select.ts';
