import {
  type CheckResult,
  checkFailure,
  checkText,
  checkWithin,
  type FailureSubject,
  type PromptLimits,
} from '../golden/checks.ts';
import { attempt, chain, type MaybePromise } from '../golden/maybe.ts';
import { hideKeysIn } from '../golden/redaction/hide-keys.ts';
import type { RenderedPrompt } from '../poml/types.ts';
import { checkMessage } from '../report/index.ts';
import { renderSubject } from './evaluation.ts';
import type { Outcome, Place, Scope } from './scope.ts';

/** `toRenderText`: the whole text, or that of the only message, equals a string; or some of it matches an expression. */
export function toRenderText(scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  if (typeof expected !== 'string' && !(expected instanceof RegExp)) {
    throw new TypeError(`toRenderText takes a string or a regular expression, not ${kind(expected)}.`);
  }
  return chain(renderSubject(scope, received), (prompt) =>
    outcome(scope, 'toRenderText', checkText(prompt, expected), start(prompt)),
  );
}

/** `toRenderWithin`: not more tokens, characters or messages than these. */
export function toRenderWithin(scope: Scope, received: unknown, limits: unknown): MaybePromise<Outcome> {
  if (typeof limits !== 'object' || limits === null) {
    throw new TypeError(`toRenderWithin takes limits such as { tokens: 500 }, not ${kind(limits)}.`);
  }
  const wanted = limits as PromptLimits;
  return chain(renderSubject(scope, received), (prompt) =>
    outcome(scope, 'toRenderWithin', checkWithin(prompt, wanted, scope.tools.countTokens), start(prompt)),
  );
}

/** `toFailToRender`: the render fails where POML in strict mode does. */
export function toFailToRender(scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  if (expected !== undefined && typeof expected !== 'string' && !(expected instanceof RegExp)) {
    throw new TypeError(
      `toFailToRender takes part of a message or a regular expression, not ${kind(expected)}.`,
    );
  }
  const subject = attempt<FailureSubject>(
    () => chain(renderSubject(scope, received, { strict: false }), (prompt) => ({ prompt })),
    (error) => ({ error }),
  );
  return chain(subject, (found) => outcome(scope, 'toFailToRender', checkFailure(found, expected), []));
}

function outcome(scope: Scope, name: string, result: CheckResult, places: readonly Place[]): Outcome {
  return {
    pass: result.pass,
    failure() {
      const { message, details } = checkMessage(name, result, scope.report);
      const { expected, actual } = hideKeysIn({ expected: result.expected, actual: result.actual });
      return scope.error({ message, diff: details === '' ? undefined : details, expected, actual, places });
    },
  };
}

/** Where the prompt begins: the best place to open for a statement about all of it. */
function start(prompt: RenderedPrompt): Place[] {
  const place = prompt.locate(0, 0);
  return place ? [place] : [];
}

function kind(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
