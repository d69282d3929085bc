export { type ArtifactOptions, traceArtifact } from './artifact.ts';
export type { JsonInput } from './input.ts';
export type { TraceRecord } from './log.ts';
export { agent, operation, type SessionOptions, startSession, type TraceSession } from './operations.ts';
export type { PomlFormat, PomlOutputs } from './output.ts';
export { type PomlOptions, poml } from './poml.ts';
export { setTrace } from './set-trace.ts';
export { clearTrace, getTrace, type SetTraceOptions } from './state.ts';
