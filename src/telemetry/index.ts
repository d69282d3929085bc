export {
  PullError,
  type PullOptions,
  type PullReport,
  type TraceToWrite,
  writePulled,
} from './pull/pull.ts';
export { type PullSubject, pullSubject, readExport, readTrace } from './pull/read-trace.ts';
export { ReadError, Reader } from './read/api.ts';
export { type MappedRun, mapRun, runStatus } from './run/map-run.ts';
export type { ContentMode, MappingOptions, Redact } from './run/options.ts';
export { isCi, type Origin, originAttributes, originOf, originTags } from './run/origin.ts';
export { type PostOptions, postRun, TITLES } from './run/post.ts';
export type { CaseError, TestCase, TestRun } from './run/run.ts';
export { Deadline } from './send/deadline.ts';
export type { Fetch } from './send/exchange.ts';
export type { Delivery, SenderTools, Undelivered } from './send/sender.ts';
export { Sender } from './send/sender.ts';
export type { Attributes, AttributeValue, Span, SpanBatch, SpanEvent, SpanStatus } from './span.ts';
export { nanoseconds, newSpanId, newTraceId } from './span.ts';
export { entriesOf, type SpoolEntry } from './spool/entry.ts';
export { type PushOptions, type PushReport, push } from './spool/push.ts';
export { keep } from './spool/spool.ts';
export { agentopsLink } from './targets/agentops.ts';
export { resolveTarget } from './targets/resolve.ts';
export type { BackendName, ResolvedTarget, Target, TargetOptions } from './targets/target.ts';
export { BACKENDS, TargetError } from './targets/target.ts';
