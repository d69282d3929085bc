import type { FileHits } from '../../poml/coverage/collector.ts';
import { hashOf } from '../../poml/coverage/hash.ts';
import { type CoveragePoint, pointId } from '../../poml/coverage/points.ts';
import {
  type PromptFile,
  promptFile,
  promptUniverse,
  type UniverseOptions,
} from '../../poml/coverage/universe.ts';
import { lineAndColumn } from '../../poml/errors.ts';
import { type CoveredContext, contextOf } from './context.ts';
import { possibleOutcomes } from './possible.ts';
import { type Tallies, tally } from './tally.ts';

/** One outcome of a point, and by how many calls it was reached. */
export interface CoveredOutcome {
  /** `true` and `false`, `none`, `one` and `more`, the operand as written, or `reached`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly calls: number;
}

/** Something in a prompt that calls reach, or do not. */
export interface CoveredPoint extends Omit<CoveragePoint, 'outcomes' | 'parent' | 'first'> {
  /** The same as long as the file's text is. */
  readonly id: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Those that can be reached at all. */
  readonly outcomes: readonly CoveredOutcome[];
  /** The id of the element around; `undefined` at the top. */
  readonly within: string | undefined;
}

/** The coverage of one `.poml` file. */
export interface CoveredPrompt {
  /** Absolute; `undefined` for markup given as a string. */
  readonly path: string | undefined;
  readonly text: string;
  /** Whether it is nothing but a part of other prompts. */
  readonly included: boolean;
  /** Whether the file has another text now, or is gone, so that lines of this one say nothing there. */
  readonly outdated: boolean;
  /** How many calls rendered it. */
  readonly calls: number;
  readonly points: readonly CoveredPoint[];
  readonly tallies: Tallies;
  /** Of a prompt: what its calls were given, and what of it is read by the prompt and its includes. */
  readonly context: CoveredContext | undefined;
}

export interface CoverageReport {
  /** By path; markup given as a string last. */
  readonly files: readonly CoveredPrompt[];
  readonly tallies: Tallies;
}

/** What renders have reached in one file, with its text. */
export interface CoveredText {
  readonly path: string | undefined;
  readonly text: string;
  readonly hits: FileHits;
}

/**
 * Sums up what renders have reached, file by file, with everything they have not: the files that a prompt includes and
 * no call reached are there too.
 *
 * @param prompts Further prompt files, absolute, that should have calls.
 * @param read Reads a file; `undefined` where there is none.
 */
export function coverageReport(
  covered: readonly CoveredText[],
  options: UniverseOptions & {
    prompts?: readonly string[];
    read?: (path: string) => string | undefined;
  } = {},
): CoverageReport {
  const files = new Map<string, Draft>();
  const draftOf = ({ path, text }: Pick<PromptFile, 'path' | 'text'>): Draft => {
    const key = `${path ?? ''}\0${text}`;
    const draft = files.get(key) ?? { path, text, uses: new Map(), includes: [] };
    files.set(key, draft);
    return draft;
  };
  const addUniverse = (path: string | undefined, text: string): void => {
    const [main, ...includes] = promptUniverse(path, text, options);
    const draft = draftOf(main!);
    addUse(draft, main!);
    draft.includes = includes;
    for (const file of includes) addUse(draftOf(file), file);
  };
  for (const { path, text, hits } of covered) {
    const draft = draftOf({ path, text });
    if (!hits.included && !draft.uses.has(false)) addUniverse(path, text);
    addUse(draft, promptFile(path, text, hits.included), hits);
  }
  for (const { path, text } of uncalled([...files.values()], options)) addUniverse(path, text);
  const prompts = [...files.values()].map((draft) => finish(draft, options.read)).sort(byPath);
  return { files: prompts, tallies: tally(prompts.flatMap(({ points }) => points)) };
}

/** The prompts that should have calls and have none. What others include is no prompt by itself. */
function uncalled(
  known: readonly Draft[],
  { prompts = [], read, ...options }: NonNullable<Parameters<typeof coverageReport>[1]>,
): { path: string; text: string }[] {
  const called = new Set(known.map(({ path }) => path));
  const parts = new Set<string | undefined>();
  const candidates = prompts.flatMap((path) => {
    const text = called.has(path) ? undefined : read?.(path);
    if (text === undefined) return [];
    for (const part of promptUniverse(path, text, options).slice(1)) parts.add(part.path);
    return [{ path, text }];
  });
  return candidates.filter(({ path }) => !parts.has(path));
}

/** A file while its coverage is put together: as a prompt, as a part of others, or both. */
interface Draft {
  readonly path: string | undefined;
  readonly text: string;
  readonly uses: Map<boolean, { file: PromptFile; hits: number[]; calls: number; records: FileHits[] }>;
  includes: readonly PromptFile[];
}

function addUse(draft: Draft, file: PromptFile, hits?: FileHits): void {
  const use = draft.uses.get(file.included) ?? {
    file,
    hits: Array<number>(file.points.outcomes).fill(0),
    calls: 0,
    records: [],
  };
  draft.uses.set(file.included, use);
  if (hits === undefined) return;
  use.calls += hits.calls;
  use.records.push(hits);
  for (const [outcome, count] of hits.hits.entries()) use.hits[outcome]! += count;
}

function finish(
  { path, text, uses, includes }: Draft,
  read: ((path: string) => string | undefined) | undefined,
): CoveredPrompt {
  const main = uses.get(false);
  const part = uses.get(true);
  // As a part a file has no points that it has not as a prompt.
  const all = (main ?? part)!.file.points;
  const { points } = all;
  const possible = possibleOutcomes(all);
  const counts = new Map<string, number[]>();
  for (const { file, hits } of uses.values()) {
    for (const point of file.points.points) {
      const id = pointId(point);
      const own = point.outcomes.map((_, index) => hits[point.first + index]!);
      counts.set(
        id,
        own.map((count, index) => count + (counts.get(id)?.[index] ?? 0)),
      );
    }
  }
  const calls = (main?.calls ?? 0) + (part?.calls ?? 0);
  const callsOf = (point: CoveragePoint): readonly number[] => counts.get(pointId(point))!;
  const covered = points.flatMap((point, index): CoveredPoint[] => {
    if (point.kind === 'path') return [];
    const { outcomes, parent, first: _, ...rest } = point;
    const reached = callsOf(point);
    const names = namesOf(point, text);
    return [
      {
        id: pointId(point),
        ...rest,
        ...lineAndColumn(text, point.start),
        within: parent === -1 ? undefined : pointId(points[parent]!),
        outcomes: possible[index]!.map((outcome) => ({
          name: names[outcome]!,
          ...outcomes[outcome]!,
          calls: reached[outcome]!,
        })),
      },
    ];
  });
  return {
    path,
    text,
    included: main === undefined,
    outdated: path !== undefined && read !== undefined && read(path) !== text,
    calls,
    points: covered,
    tallies: tally(covered),
    context: main && contextOf(main.records, [main.file, ...includes]),
  };
}

function namesOf({ kind, outcomes }: CoveragePoint, text: string): readonly string[] {
  if (kind === 'if') return ['true', 'false'];
  if (kind === 'for') return ['none', 'one', 'more'];
  if (kind === 'choice') return outcomes.map(({ start, end }) => text.slice(start, end));
  return ['reached'];
}

function byPath(a: CoveredPrompt, b: CoveredPrompt): number {
  if (a.path === undefined || b.path === undefined)
    return Number(a.path === undefined) - Number(b.path === undefined);
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** Hits of files as they are on disk now; those of files that changed since are left out. */
export function onDisk(hits: readonly FileHits[], read: (path: string) => string | undefined): CoveredText[] {
  return hits.flatMap((record) => {
    const text = record.path === undefined ? undefined : read(record.path);
    return text !== undefined && hashOf(text) === record.hash
      ? [{ path: record.path, text, hits: record }]
      : [];
  });
}
