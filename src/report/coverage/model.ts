import {
  type AdvisedPoint,
  type CoverageReport,
  missingCalls,
  type Tallies,
  tally,
} from '../../golden/coverage/index.ts';
import { percent } from './percent.ts';

/** The coverage of prompts as plain JSON, part of the model of a run. Described in docs/coverage.md. */
export interface CoverageModel {
  version: 1;
  /** 0 to 100, of all. */
  percent: number;
  totals: Tallies;
  /** By path; markup given as a string last. */
  files: CoverageFile[];
}

export interface CoverageFile {
  /** Absolute; left out for markup given as a string. */
  path?: string;
  /** Whether it is only a part of other prompts. */
  included: boolean;
  /** The file has another text now, or is gone: this is a text of recordings. */
  outdated?: true;
  /** How many calls rendered it. */
  calls: number;
  percent: number;
  totals: Tallies;
  points: CoveragePointModel[];
  /** What to record so that more is reached. */
  missing: { id: string; line: number; column: number; when: string }[];
  /** Of a prompt: which of the context its calls were given is read. */
  context?: { paths: { path: string; calls: number }[]; unread: { name: string; calls: number }[] };
}

/** Something that calls reach, or do not. */
export interface CoveragePointModel {
  /** Kind and range: the same as long as the file's text is. */
  id: string;
  kind: AdvisedPoint['kind'];
  text: string;
  line: number;
  column: number;
  start: number;
  end: number;
  /** Of a choice. */
  operator?: AdvisedPoint['operator'];
  /** Of a choice `?:`. */
  test?: string;
  /** The id of the element around; left out at the top. */
  within?: string;
  outcomes: { name: string; calls: number }[];
}

/** The report as plain data. */
export function coverageModel(report: CoverageReport): CoverageModel {
  return modelOf(
    report.files.map(({ path, included, outdated, calls, points, context }) =>
      fileOf({
        ...(path !== undefined && { path }),
        included,
        ...(outdated && { outdated }),
        calls,
        points: points.map(
          ({ id, kind, text, line, column, start, end, operator, test, within, outcomes }) => ({
            id,
            kind,
            text,
            line,
            column,
            start,
            end,
            ...(operator !== undefined && { operator }),
            ...(test !== undefined && { test }),
            ...(within !== undefined && { within }),
            outcomes: outcomes.map(({ name, calls }) => ({ name, calls })),
          }),
        ),
        ...(context && { context: { paths: [...context.paths], unread: [...context.unread] } }),
      }),
    ),
  );
}

/** The coverage of several runs, of other calls each: calls are added up. */
export function mergeCoverage(models: readonly CoverageModel[]): CoverageModel | undefined {
  if (models.length < 2) return models[0];
  const files = new Map<string, CoverageFile>();
  for (const file of models.flatMap((model) => model.files)) {
    // Another text has other points.
    const key = JSON.stringify([file.path, file.points.map(({ id }) => id)]);
    const known = files.get(key);
    files.set(key, known ? added(known, file) : file);
  }
  return modelOf([...files.values()]);
}

function modelOf(files: CoverageFile[]): CoverageModel {
  const totals = tally(files.flatMap(({ points }) => points));
  return { version: 1, percent: percent(totals.all), totals, files };
}

function fileOf(file: Omit<CoverageFile, 'percent' | 'totals' | 'missing'>): CoverageFile {
  const totals = tally(file.points);
  const points = file.points.map((point) => ({ ...point, within: point.within }));
  const missing = missingCalls({ calls: file.calls, points }).map(({ id, line, column, when }) => ({
    id,
    line,
    column,
    when,
  }));
  const { path, included, outdated, calls, context } = file;
  return {
    ...(path !== undefined && { path }),
    included,
    ...(outdated && { outdated }),
    calls,
    percent: percent(totals.all),
    totals,
    points: file.points,
    missing,
    ...(context && { context }),
  };
}

function added(one: CoverageFile, other: CoverageFile): CoverageFile {
  const { context } = one;
  return fileOf({
    ...one,
    calls: one.calls + other.calls,
    included: one.included && other.included,
    points: one.points.map((point, index) => ({
      ...point,
      outcomes: point.outcomes.map(({ name, calls }, at) => ({
        name,
        calls: calls + (other.points[index]?.outcomes[at]?.calls ?? 0),
      })),
    })),
    ...(context && {
      context: {
        paths: sums(context.paths, other.context?.paths ?? [], 'path'),
        unread: sums(context.unread, other.context?.unread ?? [], 'name'),
      },
    }),
  });
}

function sums<K extends string, T extends { calls: number } & Record<K, string>>(
  one: readonly T[],
  other: readonly T[],
  key: K,
): T[] {
  const counts = new Map<string, T>(one.map((each) => [each[key], each]));
  for (const each of other)
    counts.set(each[key], { ...each, calls: each.calls + (counts.get(each[key])?.calls ?? 0) });
  return [...counts.values()];
}
