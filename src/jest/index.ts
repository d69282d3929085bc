/**
 * `vitest-poml/jest`: put it into `setupFilesAfterEnv` of the Jest config, and `expect` has the matchers. Tests import
 * the loaders of recorded sessions from here too.
 */
import './matcher-types.ts';
import { registerMatchers } from './register.ts';

export type { SourceMode } from '../golden/source.ts';
export type { PromptCall } from '../golden/subject.ts';
export type { PromptMatchers, RenderLikeOptions } from '../matchers/index.ts';
export { render } from '../poml/render.ts';
export type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
export * from '../trace/formats/index.ts';
export type { RecordedResult, Session, Trace } from '../trace/types.ts';
export { type GoldenSuiteOptions, goldenSuite } from './golden-suite.ts';
export { loadSession, loadSessions, loadTrace } from './loaders.ts';
export type { PomlJestOptions } from './settings.ts';

registerMatchers();
