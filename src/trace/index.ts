export { TraceError, type TraceErrorDetails } from './error.ts';
export { MAX_FILE_BYTES } from './file.ts';
export { reviveBuffers } from './json.ts';
export { SUFFIXES, type Suffix } from './names.ts';
export { recordedAt } from './recorded-at.ts';
export { inferChat } from './result.ts';
export { loadSession, loadTrace } from './session.ts';
export { type LoadSessionsOptions, loadSessions } from './sessions.ts';
export type { RecordedResult, Session, Trace } from './types.ts';
