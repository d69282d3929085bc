export type { CoveredCall, CoveredCalls } from './collect.ts';
export { coverTraces } from './collect.ts';
export type { Missing } from './missing.ts';
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
export { coverageReport, onDisk } from './report.ts';
export type { CallCoverage, Selection } from './select.ts';
export { selectByCoverage, selectDistinct } from './select.ts';
