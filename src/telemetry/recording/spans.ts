import { pythonJson } from '../../trace/formats/python-json.ts';
import type { FinishedOperation, OperationKind, RemoteBackend } from '../../trace/recording/index.ts';
import { type Attributes, nanoseconds, type Span, type SpanEvent, type SpanStatus } from '../span.ts';
import { plain, plainContext } from './plain.ts';

/**
 * A recorded call, operation or session as the span that POML's Python SDK and the backend's own Python package make of
 * it. Everything is copied: whoever called may change what it passed.
 */
export function spanOf(operation: FinishedOperation, backend: RemoteBackend): Span {
  const { traceId, spanId, parentSpanId, start, end, failed } = operation;
  const endTime = nanoseconds(end);
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: backend === 'agentops' ? `${operation.name}.${AGENTOPS_KINDS[operation.kind]}` : operation.name,
    startTime: nanoseconds(start),
    endTime,
    attributes: ATTRIBUTES[backend](operation),
    status: statusOf(operation, backend),
    ...(failed && { events: [exceptionOf(operation.error, endTime)] }),
  };
}

/** `operation` is another name of `task` in AgentOps' package. */
const AGENTOPS_KINDS: Record<OperationKind, string> = {
  session: 'session',
  agent: 'agent',
  operation: 'task',
  poml: 'task',
};

const ATTRIBUTES: Record<RemoteBackend, (operation: FinishedOperation) => Attributes> = {
  agentops,
  mlflow: (operation) => ({
    ...(operation.kind === 'session' ? {} : { 'mlflow.spanFunctionName': operation.name }),
    'mlflow.spanType': operation.kind === 'agent' ? 'AGENT' : 'UNKNOWN',
    ...content(operation, 'mlflow.spanInputs', 'mlflow.spanOutputs'),
  }),
  weave: general,
  otlp: general,
};

/** As `@agentops.operation` and its like write them, JSON as Python spells it. */
function agentops(operation: FinishedOperation): Attributes {
  const { kind, name, args, output, failed, tags, endState } = operation;
  const attributes: Attributes = { 'agentops.span.kind': AGENTOPS_KINDS[kind], 'operation.name': name };
  if (kind === 'session') {
    if (tags.length > 0) attributes['agentops.tags'] = tags;
    if (endState !== undefined) attributes['agentops.session.end_state'] = endState;
    return attributes;
  }
  const { call } = operation;
  const given = call ? [call.path, plainContext(call.context), plainContext(call.stylesheet)] : plain(args);
  const prefix = `agentops.${AGENTOPS_KINDS[kind]}`;
  attributes[`${prefix}.input`] = pythonJson({ args: given, kwargs: {} });
  // Not among what the SDK sends: without it a pulled trace has only the path of a file that may have changed since.
  if (call) attributes['poml.source'] = call.markup;
  // A text stands there as it is, without quotes.
  if (!failed)
    attributes[`${prefix}.output`] = typeof output === 'string' ? output : pythonJson(plain(output));
  return attributes;
}

/** Names that Weave, Phoenix and most other tools read. */
function general(operation: FinishedOperation): Attributes {
  const { kind, tags, endState } = operation;
  return {
    'openinference.span.kind': kind === 'agent' ? 'AGENT' : 'CHAIN',
    ...content(operation, 'input.value', 'output.value'),
    ...(tags.length > 0 && { 'tag.tags': tags }),
    ...(endState !== undefined && { 'poml.session.end_state': endState }),
  };
}

/** What went in and came out. Of a call it is the prompt's text, which these backends are told instead of its path. */
function content(
  { args, output, failed, call }: FinishedOperation,
  input: string,
  result: string,
): Attributes {
  if (args === undefined) return {};
  const given = call
    ? { prompt: call.markup, context: plainContext(call.context), stylesheet: plainContext(call.stylesheet) }
    : { args: plain(args) };
  return { [input]: JSON.stringify(given), ...(!failed && { [result]: JSON.stringify(plain(output)) }) };
}

/** AgentOps' package leaves open what did not fail. */
function statusOf({ failed, error }: FinishedOperation, backend: RemoteBackend): SpanStatus {
  if (failed) {
    const { type, message } = errorWords(error);
    return { code: 'error', message: `${type}: ${message.split('\n', 1)[0]}` };
  }
  return { code: backend === 'agentops' ? 'unset' : 'ok' };
}

function exceptionOf(error: unknown, time: bigint): SpanEvent {
  const { type, message, stack } = errorWords(error);
  return {
    name: 'exception',
    time,
    attributes: {
      'exception.type': type,
      'exception.message': message,
      ...(stack !== undefined && { 'exception.stacktrace': stack }),
      'exception.escaped': 'False',
    },
  };
}

function errorWords(error: unknown): { type: string; message: string; stack?: string | undefined } {
  if (error instanceof Error) return { type: error.name, message: error.message, stack: error.stack };
  return { type: 'Error', message: String(plain(error)) };
}
