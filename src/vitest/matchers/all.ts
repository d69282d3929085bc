import { matchers as shared } from '../../matchers/index.ts';
import type { Matcher as SharedMatcher } from '../../matchers/scope.ts';
import type { Matcher, MatcherName } from './register.ts';
import { scopeOf } from './scope.ts';

/** What the matchers do. Brings the renderer along, so it is loaded where it is needed only. */
export const matchers: Readonly<Record<MatcherName, Matcher>> = {
  toRenderLike: inVitest(shared.toRenderLike),
  toRenderText: inVitest(shared.toRenderText),
  toRenderMessages: inVitest(shared.toRenderMessages),
  toRenderWithin: inVitest(shared.toRenderWithin),
  toFailToRender: inVitest(shared.toFailToRender),
};

function inVitest(matcher: SharedMatcher): Matcher {
  return (call, received, ...args) => matcher(scopeOf(call), received, ...args);
}
