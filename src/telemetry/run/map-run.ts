import { countOutcomes, isRed } from '../../report/model/index.ts';
import { plural } from '../../report/rows.ts';
import {
  type Attributes,
  nanoseconds,
  newSpanId,
  newTraceId,
  type Span,
  type SpanBatch,
  type SpanStatus,
} from '../span.ts';
import { type CaseContext, caseSpans } from './cases.ts';
import { causeWords, defined, modelFacts } from './facts.ts';
import type { MappingOptions } from './options.ts';
import { redactor, redactText } from './redact.ts';
import { MAX_CONTENT_BYTES } from './render-span.ts';
import type { TestCase, TestRun } from './run.ts';

/** A run as one trace. */
export interface MappedRun {
  traceId: string;
  batch: SpanBatch;
  /** Passed tests without a span, since there were too many or none was wanted. */
  omitted: number;
}

/** Tests that get a span of their own at most; those that failed come first. */
const MAX_CASES = 2000;

/**
 * Makes one trace of a run: a root for the run, below it a span for each test, below that one for each render whose texts
 * may leave the machine.
 */
export function mapRun(run: TestRun, options: MappingOptions): MappedRun {
  const traceId = newTraceId();
  const rootId = newSpanId();
  const starts = run.cases.flatMap(({ startedAt }) => startedAt ?? []);
  const startedAt = starts.reduce((first, start) => Math.min(first, start), starts[0] ?? Date.now());
  const endedAt = run.cases.reduce(
    (last, test) => Math.max(last, (test.startedAt ?? startedAt) + (test.duration ?? 0)),
    startedAt,
  );
  const context: CaseContext = {
    run,
    options,
    traceId,
    rootId,
    startedAt,
    redact: redactor(options.redact),
    budget: { bytes: MAX_CONTENT_BYTES, left: 0 },
  };
  const shown = shownCases(run.cases, options);
  const children = shown.flatMap((test) => caseSpans(test, context));
  const status = runStatus(run);
  const root: Span = {
    traceId,
    spanId: rootId,
    name: `${run.name}.session`,
    // Dashboards take the name and the tags of a trace from the span that starts first.
    startTime: nanoseconds(startedAt - 1),
    endTime: nanoseconds(Math.max(endedAt, startedAt)),
    attributes: {
      ...rootAttributes(context, status),
      ...defined({
        'poml.cases.omitted': run.cases.length - shown.length || undefined,
        'poml.content.omitted': context.budget.left || undefined,
      }),
    },
    status,
  };
  const batch: SpanBatch = {
    resource: {
      'service.name': 'vitest-poml',
      'service.version': options.version,
      'telemetry.sdk.language': 'nodejs',
    },
    scope: { name: 'vitest-poml', version: options.version },
    spans: [root, ...children],
  };
  return { traceId, batch, omitted: run.cases.length - shown.length };
}

function shownCases(cases: readonly TestCase[], options: MappingOptions): readonly TestCase[] {
  const failed = cases.filter(({ state }) => state === 'failed');
  if (options.cases === 'regressions') return failed.slice(0, MAX_CASES);
  if (cases.length <= MAX_CASES) return cases;
  const others = cases.filter(({ state }) => state !== 'failed');
  return [...failed, ...others].slice(0, MAX_CASES);
}

function rootAttributes({ run, options, redact }: CaseContext, status: SpanStatus): Attributes {
  const failed = status.code === 'error';
  const records = run.cases.flatMap(({ renders }) => renders);
  const outcomes = Object.entries(countOutcomes(records)).map(([name, count]) => [
    `poml.outcomes.${name}`,
    count,
  ]);
  return {
    'agentops.span.kind': 'session',
    'operation.name': run.name,
    'openinference.span.kind': 'CHAIN',
    'agentops.tags': options.tags,
    'agentops.session.end_state': failed ? 'Fail' : 'Success',
    'test.suite.name': run.name,
    'test.suite.run.status': failed ? 'failure' : 'success',
    'poml.runner': run.runner,
    'poml.cases.total': run.cases.length,
    'poml.cases.passed': countState(run.cases, 'passed'),
    'poml.cases.failed': countState(run.cases, 'failed'),
    'poml.cases.skipped': countState(run.cases, 'skipped'),
    'poml.cases.broken_files': run.brokenFiles,
    'poml.renders.total': records.length,
    'poml.renders.live': records.filter(({ source }) => source?.kind === 'live').length,
    'poml.renders.red': records.filter(isRed).length,
    ...(Object.fromEntries(outcomes) as Attributes),
    ...(run.model
      ? modelFacts(run.model, (cause) =>
          redactText(causeWords(cause, run.root, options.content !== 'none'), redact, 'poml.causes'),
        )
      : {}),
    ...options.origin,
  };
}

/** Whether a run is a regression, and by what: a test failed, a file could not be loaded, or a gate does not hold. */
export function runStatus({ cases, brokenFiles, model }: TestRun): SpanStatus {
  const failed = countState(cases, 'failed');
  if (failed > 0) return { code: 'error', message: `${failed} of ${plural(cases.length, 'case')} failed.` };
  if (brokenFiles > 0)
    return { code: 'error', message: `${plural(brokenFiles, 'test file')} could not be loaded.` };
  const gate = model?.gates?.find(({ passed }) => !passed);
  return gate ? { code: 'error', message: gate.line } : { code: 'ok' };
}

function countState(cases: readonly TestCase[], state: TestCase['state']): number {
  return cases.filter((test) => test.state === state).length;
}
