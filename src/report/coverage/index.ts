export type { IstanbulFile } from './istanbul.ts';
export { istanbulCoverage } from './istanbul.ts';
export type { CoverageJson } from './json.ts';
export { coverageJson } from './json.ts';
export { lcov } from './lcov.ts';
export { percent, printCoverage } from './table.ts';
