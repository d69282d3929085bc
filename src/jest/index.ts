/**
 * `vitest-poml/jest`: put it into `setupFilesAfterEnv` of the Jest config, and `expect` has the matchers. Tests import
 * the loaders of recorded sessions and the formats from here too.
 */
import './matcher-types.ts';
import { lazy } from './load-core.ts';
import { registerMatchers } from './register.ts';

export type { SourceMode } from '../golden/source.ts';
export type { PromptCall } from '../golden/subject.ts';
export type { PromptMatchers, RenderLikeOptions } from '../matchers/index.ts';
export type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
export type * from '../trace/formats/index.ts';
export type { Captured, RecordedResult, Session, Trace } from '../trace/types.ts';
export type { TraceChanges, TraceVariant } from '../trace/variant.ts';
export type { GoldenSuiteOptions } from './golden-suite.ts';
export type { PomlJestOptions } from './settings.ts';

export const goldenSuite = lazy('goldenSuite');
export const loadSession = lazy('loadSession');
export const loadSessions = lazy('loadSessions');
export const loadTrace = lazy('loadTrace');
export const render = lazy('render');
export const toDict = lazy('toDict');
export const toLangChain = lazy('toLangChain');
export const toMessageDict = lazy('toMessageDict');
export const toOpenAIChat = lazy('toOpenAIChat');
export const toPydanticDict = lazy('toPydanticDict');

registerMatchers();
