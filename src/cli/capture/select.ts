import type { CaptureSource } from '../../golden/capturing/capture.ts';
import type { EvaluateOptions } from '../../golden/evaluate.ts';
import type { GoldenTools } from '../../golden/tools.ts';
import type { Trace } from '../../trace/types.ts';
import type { Io } from '../io.ts';

/** Ways to choose calls. */
export const SELECTIONS = ['coverage', 'distinct'] as const;
export type SelectionName = (typeof SELECTIONS)[number];

/** A call that is not captured, and why. */
export interface LeftOut {
  trace: Trace;
  reason: string;
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
  { limit }: ChoiceOptions,
): Promise<{ sources: CaptureSource[]; leftOut: LeftOut[] }> {
  const all = sources.flatMap(({ traces }) => traces);
  const kept = new Set(all.slice(0, limit));
  return {
    sources: sources.map((source) => ({
      ...source,
      traces: source.traces.filter((trace) => kept.has(trace)),
    })),
    leftOut: all
      .filter((trace) => !kept.has(trace))
      .map((trace) => ({ trace, reason: `over the limit of ${limit}` })),
  };
}
