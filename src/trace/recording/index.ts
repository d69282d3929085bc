export { type ArtifactOptions, traceArtifact } from './artifact.ts';
export { packageVersion } from './engine-version.ts';
export type { JsonInput } from './input.ts';
export type { TraceRecord } from './log.ts';
export { agent, operation, type SessionOptions, startSession, type TraceSession } from './operations.ts';
export type { PomlFormat, PomlOutputs } from './output.ts';
export { type PomlOptions, poml } from './poml.ts';
export type { FinishedOperation, OperationKind, TraceSink } from './sink.ts';
export {
  clearTrace,
  configure,
  type FlushOptions,
  flushTrace,
  getTrace,
  type RemoteBackend,
  type SetTraceOptions,
  type TraceBackend,
} from './state.ts';
