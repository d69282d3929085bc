import { toFailToRender, toRenderText, toRenderWithin } from './checks.ts';
import { toRenderLike } from './like.ts';
import { toRenderMessages } from './messages.ts';
import type { Matcher } from './scope.ts';

export { evaluateOptions, renderSubject } from './evaluation.ts';
export type { RenderLikeOptions } from './like.ts';
export { samePicture } from './pictures.ts';
export type { Failure, Matcher, MatcherSettings, MatcherTools, Outcome, Place, Scope } from './scope.ts';
export type { PromptMatchers } from './types.ts';
export { verdictFailure } from './verdict-failure.ts';

/** What the matchers do, whatever the test runner. */
export const matchers = {
  toRenderLike,
  toRenderText,
  toRenderMessages,
  toRenderWithin,
  toFailToRender,
} satisfies Record<string, Matcher>;
