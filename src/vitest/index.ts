/**
 * What tests import from `vitest-poml`: `test` with fixtures, `goldenSuite`, the loaders of recorded sessions, and the types of
 * the matchers.
 */
import './matcher-types.ts';

export type { VerdictRecord } from '../golden/record.ts';
export type { SourceMode } from '../golden/source.ts';
export type { PromptCall } from '../golden/subject.ts';
export type { RenderLikeOptions } from '../matchers/like.ts';
export type { Captured, RecordedResult, Session, Trace } from '../trace/types.ts';
export type { TraceChanges, TraceVariant } from '../trace/variant.ts';
export { expect, type PomlFixtures, test } from './fixtures.ts';
export { type GoldenSuiteOptions, goldenSuite } from './golden-suite.ts';
export { loadSession, loadSessions, loadTrace } from './loaders.ts';
export type { PromptMatchers } from './matcher-types.ts';
export type { PomlPrompt } from './prompt-module.ts';
