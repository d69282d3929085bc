import { type CoverageReport, missingCalls, type Tallies } from '../../golden/coverage/index.ts';
import { percent } from './table.ts';

/** The coverage of prompts as plain data, described in docs/coverage.md. */
export interface CoverageJson {
  version: 1;
  /** 0 to 100. */
  percent: number;
  totals: Tallies;
  files: CoverageJsonFile[];
}

export interface CoverageJsonFile {
  /** Absolute, or `null` for markup given as a string. */
  path: string | null;
  /** Whether it is only a part of other prompts. */
  included: boolean;
  calls: number;
  percent: number;
  totals: Tallies;
  points: {
    id: string;
    kind: string;
    text: string;
    line: number;
    column: number;
    start: number;
    end: number;
    outcomes: { name: string; calls: number }[];
  }[];
  missing: { id: string; line: number; column: number; when: string }[];
  context: { paths: { path: string; calls: number }[]; unread: { name: string; calls: number }[] } | null;
}

/** The report as plain data. */
export function coverageJson(report: CoverageReport): CoverageJson {
  return {
    version: 1,
    percent: percent(report.tallies.all),
    totals: report.tallies,
    files: report.files.map((file) => ({
      path: file.path ?? null,
      included: file.included,
      calls: file.calls,
      percent: percent(file.tallies.all),
      totals: file.tallies,
      points: file.points.map(({ id, kind, text, line, column, start, end, outcomes }) => ({
        id,
        kind,
        text,
        line,
        column,
        start,
        end,
        outcomes: outcomes.map(({ name, calls }) => ({ name, calls })),
      })),
      missing: missingCalls(file).map(({ id, line, column, when }) => ({ id, line, column, when })),
      context: file.context ? { paths: [...file.context.paths], unread: [...file.context.unread] } : null,
    })),
  };
}
