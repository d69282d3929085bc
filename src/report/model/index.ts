export type { RunFindings } from './collect.ts';
export { collect } from './collect.ts';
export { merge } from './merge.ts';
export type {
  CauseModel,
  ObsoleteFolder,
  PromptModel,
  RunEnvironment,
  RunModel,
  RunTotals,
} from './model.ts';
export { MODEL_VERSION } from './model.ts';
export type { Outcome, OutcomeCounts } from './outcome.ts';
export { countOutcomes, isRed, OUTCOMES, outcomeOf, RED, redCount } from './outcome.ts';
