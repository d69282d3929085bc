import { chain, type MaybePromise } from '../golden/maybe.ts';
import { hideKeysIn } from '../golden/redaction/hide-keys.ts';
import { renderSubject } from './evaluation.ts';
import type { Outcome, Scope } from './scope.ts';

/**
 * `toRenderMessages`: the messages equal these, asymmetric matchers (`expect.stringContaining(…)`) allowed. What
 * is compared is small and written by hand, so the test runner's own equality and diff serve best.
 */
export function toRenderMessages(scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  return chain(renderSubject(scope, received), ({ messages }) => {
    const pass = scope.equals(messages, expected);
    return {
      pass,
      failure: () =>
        pass
          ? scope.error({ message: 'toRenderMessages: the prompt renders to these messages.' })
          : scope.mismatch(hideKeysIn(messages), hideKeysIn(expected)),
    };
  });
}
