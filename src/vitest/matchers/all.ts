import { toFailToRender, toRenderText, toRenderWithin } from './checks.ts';
import { toRenderLike } from './like.ts';
import { toRenderMessages } from './messages.ts';
import type { Matcher, MatcherName } from './register.ts';

/** What the matchers do. Brings the renderer along, so it is loaded where it is needed only. */
export const matchers: Readonly<Record<MatcherName, Matcher>> = {
  toRenderLike,
  toRenderText,
  toRenderMessages,
  toRenderWithin,
  toFailToRender,
};
