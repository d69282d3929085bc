/** What `vitest-poml/trace` gives: reading sessions, recording them, and telling backends of the calls. */
export * from '../trace/index.ts';
export {
  type ArtifactOptions,
  agent,
  clearTrace,
  type FlushOptions,
  flushTrace,
  getTrace,
  type JsonInput,
  operation,
  type PomlFormat,
  type PomlOptions,
  type PomlOutputs,
  poml,
  type SessionOptions,
  type SetTraceOptions,
  startSession,
  type TraceBackend,
  type TraceRecord,
  type TraceSession,
  traceArtifact,
} from '../trace/recording/index.ts';
export { setTrace } from './recording/set-trace.ts';
