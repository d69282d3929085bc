import type { VerdictRecord } from '../../golden/record.ts';
import { MAX_CONTENT } from '../rules/sizes.ts';
import { type Attributes, nanoseconds, newSpanId, type Span, type SpanStatus } from '../span.ts';
import type { CaseContext } from './cases.ts';
import { contentOf, type RenderContent } from './content.ts';
import { defined, factsOf } from './facts.ts';
import { RedactError, redactValue } from './redact.ts';

/** How much text one trace may carry: dashboards fetch all of it at once. */
export const MAX_CONTENT_BYTES = 32 * 1024 * 1024;

/** What is left of it. */
export interface RenderBudget {
  bytes: number;
  /** Renders whose texts no longer fitted. */
  left: number;
}

/** The span of a render: what POML's own AgentOps integration sends, with the source text in place of its path. */
export function renderSpan(record: VerdictRecord, parent: Span, context: CaseContext): Span {
  const { run, options, traceId } = context;
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: parent.spanId,
    name: 'poml.task',
    // Within its test; how long the render alone took is not known.
    startTime: parent.startTime,
    endTime: parent.endTime > parent.startTime ? parent.endTime : parent.startTime + nanoseconds(0.001),
    attributes: {
      'agentops.span.kind': 'task',
      'operation.name': 'poml',
      'openinference.span.kind': 'CHAIN',
      ...factsOf(record, run.root),
      ...texts(record, context),
      // A test may pass something else now than when its golden was written.
      ...(record.trace === undefined && { 'poml.context_from': 'golden' }),
      ...(options.usage ? usageOf(record) : {}),
    },
    status: statusOf(record),
  };
}

/** A render that gave a result is right in itself; that it is another one than before is an error of the test. */
function statusOf({ status, title, reason }: VerdictRecord): SpanStatus {
  if (status === 'unreproducible') return { code: 'unset' };
  return status === 'failed'
    ? { code: 'error', message: `${title}: ${reason ?? 'the render failed'}` }
    : { code: 'ok' };
}

function texts(record: VerdictRecord, { run, redact, budget }: CaseContext): Attributes {
  let found: Attributes;
  try {
    found = attributesOf(contentOf(record, run.root), (value, name) => redactValue(value, redact, name));
  } catch (error) {
    if (!(error instanceof RedactError)) throw error;
    return { 'poml.content': 'left out, because redacting failed' };
  }
  const bytes = Object.values(found).reduce<number>((sum, text) => sum + Buffer.byteLength(String(text)), 0);
  if (bytes > budget.bytes) {
    budget.left++;
    return { 'poml.content': 'left out, because the trace is large' };
  }
  budget.bytes -= bytes;
  return found;
}

/** Under the names of AgentOps, and under those that MLflow, Weave and OpenInference read. */
function attributesOf(content: RenderContent, redact: (value: unknown, name: string) => unknown): Attributes {
  const { source, context, stylesheet, result } = content;
  if (source === undefined)
    return { 'poml.content': 'left out, because it is not in the project or cannot be read' };
  const input = {
    args: [
      redact(source, 'prompt'),
      redact(context ?? null, 'context'),
      redact(stylesheet ?? null, 'stylesheet'),
    ],
    kwargs: {},
  };
  const [prompt, variables, styles] = input.args;
  const given = JSON.stringify(input);
  const output = result === undefined ? undefined : JSON.stringify(redact(result, 'result'));
  if (given.length > MAX_CONTENT) return { 'poml.content': 'left out, because it is large' };
  const isLarge = output !== undefined && output.length > MAX_CONTENT;
  return defined({
    'agentops.task.input': given,
    'input.value': JSON.stringify({ prompt, context: variables, stylesheet: styles }),
    'input.mime_type': 'application/json',
    ...(isLarge
      ? { 'poml.content': 'result left out, because it is large' }
      : {
          'agentops.task.output': output,
          'output.value': output,
          'output.mime_type': output === undefined ? undefined : 'application/json',
        }),
  });
}

/** The tokens that the prompt would cost, under the names of both generations of readers. */
function usageOf({ tokens }: VerdictRecord): Attributes {
  if (!tokens) return {};
  return { 'gen_ai.usage.prompt_tokens': tokens.after, 'gen_ai.usage.input_tokens': tokens.after };
}
