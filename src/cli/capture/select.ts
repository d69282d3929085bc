import type { CaptureSource } from '../../golden/capturing/capture.ts';
import {
  coverTraces,
  type Selection,
  selectByCoverage,
  selectDistinct,
} from '../../golden/coverage/index.ts';
import type { EvaluateOptions } from '../../golden/evaluate.ts';
import type { GoldenTools } from '../../golden/tools.ts';
import { renderMaybeSync } from '../../poml/render.ts';
import type { Trace } from '../../trace/types.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';

/** Ways to choose calls. */
export const SELECTIONS = ['coverage', 'distinct'] as const;
export type SelectionName = (typeof SELECTIONS)[number];

/** A call that is not captured, and why. */
export interface LeftOut {
  trace: Trace;
  reason: string;
  /** It was only one too many for this limit. */
  limit?: number;
}

/** How calls are chosen. */
export interface ChoiceOptions {
  select: SelectionName | undefined;
  limit: number | undefined;
  evaluate: EvaluateOptions;
  tools: GoldenTools;
  io: Io;
}

/** The calls that are captured, and those that are not. */
export async function chooseCalls(
  sources: readonly CaptureSource[],
  options: ChoiceOptions,
): Promise<{ sources: CaptureSource[]; leftOut: LeftOut[] }> {
  const { select, limit = Number.POSITIVE_INFINITY } = options;
  const all = sources.flatMap(({ traces }) => traces);
  const selection = select && (await selectionOf(all, select, options));
  const ranked = selection ? selection.ranked.map((i) => all[i]!) : all;
  const kept = new Set(ranked.slice(0, limit));
  const over = new Set(ranked.slice(limit));
  const leftOut = all.flatMap((trace, i) => {
    if (kept.has(trace)) return [];
    if (over.has(trace) || !selection) return [{ trace, reason: `over the limit of ${limit}`, limit }];
    const instead = selection.insteadOf(i).map((call) => all[call]!.id);
    return [{ trace, reason: reasonOf(select!, instead) }];
  });
  return {
    sources: sources.map((source) => ({
      ...source,
      traces: source.traces.filter((trace) => kept.has(trace)),
    })),
    leftOut,
  };
}

/** Only the built-in renderer can be looked into, whichever renders the goldens. */
async function selectionOf(
  traces: readonly Trace[],
  select: SelectionName,
  { evaluate, tools, io }: ChoiceOptions,
): Promise<Selection> {
  const bar = progress(io, traces.length, 'calls looked into');
  try {
    const { calls } = await coverTraces(
      traces,
      evaluate,
      { ...tools, render: renderMaybeSync },
      { values: true, told: bar.step },
    );
    return select === 'coverage' ? selectByCoverage(calls) : selectDistinct(calls);
  } finally {
    bar.end();
  }
}

function reasonOf(select: SelectionName, instead: readonly string[]): string {
  if (instead.length === 0) return 'exercises nothing';
  const names =
    instead.length > 3
      ? `${instead.slice(0, 3).join(', ')} and ${instead.length - 3} more`
      : instead.join(', ');
  return select === 'distinct' ? `of the shape of ${names}` : `exercises nothing that is not in ${names}`;
}
