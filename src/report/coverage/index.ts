export type { IstanbulFile } from './istanbul.ts';
export { istanbulCoverage } from './istanbul.ts';
export { lcov } from './lcov.ts';
export type { CoverageFile, CoverageModel, CoveragePointModel } from './model.ts';
export { coverageModel, mergeCoverage } from './model.ts';
export { percent } from './percent.ts';
export type { CoverageLimits } from './table.ts';
export { printCoverage } from './table.ts';
