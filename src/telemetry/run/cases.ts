import { isRed } from '../../report/model/index.ts';
import {
  type Attributes,
  nanoseconds,
  newSpanId,
  type Span,
  type SpanEvent,
  type SpanStatus,
} from '../span.ts';
import { sharedPath } from './content.ts';
import { defined, factsOf } from './facts.ts';
import type { MappingOptions } from './options.ts';
import { type Redactor, redactText } from './redact.ts';
import { type RenderBudget, renderSpan } from './render-span.ts';
import type { TestCase, TestRun } from './run.ts';

/** What the spans of a run have in common. */
export interface CaseContext {
  run: TestRun;
  options: MappingOptions;
  traceId: string;
  rootId: string;
  /** When the run started, milliseconds since 1970, for cases that did not run. */
  startedAt: number;
  redact: Redactor;
  budget: RenderBudget;
}

const STATUS = { passed: 'pass', failed: 'fail', skipped: 'skipped' };
const MAX_REASON = 300;

/** The span of a test, and those of what it rendered. */
export function caseSpans(test: TestCase, context: CaseContext): Span[] {
  const { run, traceId, rootId, options } = context;
  const start = nanoseconds(test.startedAt ?? context.startedAt);
  const span: Span = {
    traceId,
    spanId: newSpanId(),
    parentSpanId: rootId,
    name: `${test.name}.task`,
    startTime: start,
    endTime: start + nanoseconds(test.duration ?? 0),
    attributes: {
      ...defined({
        'agentops.span.kind': 'task',
        'operation.name': test.name,
        'openinference.span.kind': 'EVALUATOR',
        'test.case.name': test.name,
        'test.case.result.status': STATUS[test.state],
        'test.suite.name': sharedPath(test.file, run.root),
        'code.file.path': sharedPath(test.file, run.root),
        'code.line.number': test.line,
        'poml.project': test.project || undefined,
        'poml.retries': test.retries || undefined,
        'poml.renders': test.renders.length,
      }),
      ...telling(test, run),
      ...problems(test, context),
    },
    status: statusOf(test, context),
  };
  if (span.status.code === 'error') span.events = [exceptionOf(span, span.status.message)];
  const renders = test.renders.filter(
    (record) => options.content === 'all' || (options.content === 'regressions' && isRed(record)),
  );
  return [span, ...renders.map((record) => renderSpan(record, span, context))];
}

/** What failed, as tracing tools look for it. They show it beside the attributes, which have the whole of it. */
function exceptionOf({ endTime, attributes }: Span, message: string): SpanEvent {
  const type = attributes['error.type'] ?? 'Error';
  return {
    name: 'exception',
    time: endTime,
    attributes: { 'exception.type': type, 'exception.message': message },
  };
}

/** The facts of the render that a test is about: the first that failed, else the first. */
function telling({ renders }: TestCase, run: TestRun): Attributes {
  const record = renders.find(isRed) ?? renders[0];
  return record ? factsOf(record, run.root) : {};
}

function problems(test: TestCase, { options, redact }: CaseContext): Attributes {
  if (test.state === 'skipped') {
    const reason = test.renders.find(({ status }) => status === 'unreproducible')?.reason ?? test.note;
    return defined({ 'poml.skip_reason': reason });
  }
  if (test.state !== 'failed') return {};
  const [error] = test.errors;
  const record = test.renders.find(isRed);
  const type = record ? ERROR_TYPES[record.status] : error?.name;
  const shown =
    options.content === 'none' || !error ? undefined : [error.message, error.diff ?? ''].join('\n\n').trim();
  return defined({
    'error.type': type ?? 'Error',
    'error.message':
      shown === undefined ? shortReason(test, options) : redactText(shown, redact, 'error.message'),
  });
}

const ERROR_TYPES: Record<string, string> = {
  changed: 'PromptChanged',
  missing: 'GoldenMissing',
  failed: 'RenderFailed',
};

/** A failed span loses its name in the dashboard, so its message starts with it. */
function statusOf(test: TestCase, { options, redact }: CaseContext): SpanStatus {
  if (test.state === 'skipped') return { code: 'unset' };
  if (test.state === 'passed') return { code: 'ok' };
  return {
    code: 'error',
    message: `${test.name}: ${redactText(shortReason(test, options), redact, 'status')}`,
  };
}

/** Why a test failed, on one line; without any text of the prompt where none may leave the machine. */
function shortReason(test: TestCase, { content }: MappingOptions): string {
  const record = test.renders.find(isRed);
  if (content === 'none') return record ? (PLAIN_REASONS[record.status] ?? 'failed') : 'failed';
  const reason = record?.reason ?? firstLine(test.errors[0]?.message ?? 'failed');
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
}

const PLAIN_REASONS: Record<string, string> = {
  changed: 'the prompt renders differently',
  missing: 'there is no golden yet',
  failed: 'the render failed',
};

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
