import path from 'node:path';
import { CallValues } from '../../poml/coverage/call-values.ts';
import { Coverage, type CoverageOptions } from '../../poml/coverage/collector.ts';
import { hashOf } from '../../poml/coverage/hash.ts';
import type { RenderedPrompt } from '../../poml/types.ts';
import { isStringPrompt } from '../../trace/source.ts';
import type { Trace } from '../../trace/types.ts';
import type { EvaluateOptions } from '../evaluate.ts';
import { asError, renderReceived } from '../render.ts';
import type { GoldenTools } from '../tools.ts';
import type { CallCoverage } from './select.ts';

/** A recorded call that was rendered for its coverage. */
export interface CoveredCall extends CallCoverage {
  readonly trace: Trace;
  /** Why it could not be rendered, and so exercises little or nothing. */
  readonly failure: Error | undefined;
}

export interface CoveredCalls {
  readonly calls: readonly CoveredCall[];
  readonly coverage: Coverage;
}

/**
 * Renders recorded calls and notes what each exercises. Only the built-in renderer can be looked into, so
 * `tools.render` must be that.
 *
 * @param counts Whether values are noted too, for a selection, and who is told after each render.
 */
export async function coverTraces(
  traces: readonly Trace[],
  options: EvaluateOptions,
  tools: GoldenTools,
  counts: Pick<CoverageOptions, 'values'> & { told?: () => void } = {},
): Promise<CoveredCalls> {
  const coverage = new Coverage({ values: counts.values ?? false, identity: recordedAs });
  const calls: CoveredCall[] = [];
  for (const trace of traces) {
    calls.push(await coverTrace(trace, options, tools, coverage, counts.values ?? false));
    counts.told?.();
  }
  return { calls, coverage };
}

/**
 * The same path for all recordings of a prompt in a session, which differ by their number.
 *
 * @example recordedAs('/runs/s1/0007.triage.poml') // '/runs/s1/*.triage.poml'
 */
export function recordedAs(file: string): string {
  const [, name] = /^\d{4,}\.(.+)$/.exec(path.basename(file)) ?? [];
  return name === undefined
    ? file
    : path.join(
        path.dirname(file),
        `*.${isStringPrompt(name.replace(/\.poml$/, ''), undefined) ? 'poml' : name}`,
      );
}

async function coverTrace(
  trace: Trace,
  options: EvaluateOptions,
  tools: GoldenTools,
  coverage: Coverage,
  values: boolean,
): Promise<CoveredCall> {
  const before = coverage.calls;
  let prompt: RenderedPrompt | undefined;
  let failure: Error | undefined;
  try {
    const render = { ...options.render, coverage };
    prompt = await renderReceived(trace, { ...options, render }, tools);
  } catch (error) {
    failure = asError(error);
  }
  // A trace whose files are broken does not come as far as a render.
  const rendered = values && coverage.calls > before;
  const call = rendered ? coverage.lastCall() : { outcomes: [], values: new CallValues() };
  const outcomes = [...call.outcomes, ...(values ? circumstances(trace, prompt, failure) : [])];
  return { trace, failure, outcomes, values: call.values };
}

/** What else makes a call another one: its stylesheet, whether it is a chat, and the errors it raises. */
function circumstances(
  trace: Trace,
  prompt: RenderedPrompt | undefined,
  failure: Error | undefined,
): string[] {
  if (failure !== undefined) return [`fails: ${failure.name}`];
  const { stylesheet, chat } = trace;
  const style = Object.keys(stylesheet).length === 0 ? '' : JSON.stringify(stylesheet);
  return [
    `stylesheet ${style === '' ? 'none' : hashOf(style)}`,
    `chat ${chat}`,
    ...(prompt?.errors ?? []).map(
      ({ location }) => `error at ${location?.file ?? ''}:${location?.offset ?? ''}`,
    ),
  ];
}
