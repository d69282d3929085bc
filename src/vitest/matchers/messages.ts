import { chai, expect } from 'vitest';
import { chain, type MaybePromise } from '../../golden/maybe.ts';
import { renderReceived } from '../rendering.ts';
import type { Outcome, Scope } from './outcome.ts';

/**
 * `toRenderMessages`: the messages equal these, asymmetric matchers (`expect.stringContaining(…)`) allowed. What
 * is compared is small and written by hand, so Vitest's own equality and diff serve best.
 */
export function toRenderMessages(_scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  return chain(renderReceived(received), ({ messages }) => {
    const mismatch = thrownBy(() => expect(messages).toEqual(expected));
    return {
      pass: mismatch === undefined,
      failure: () =>
        mismatch ?? new chai.AssertionError('toRenderMessages: the prompt renders to these messages.'),
    };
  });
}

function thrownBy(step: () => void): Error | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
