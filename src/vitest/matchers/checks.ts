import {
  type CheckResult,
  checkFailure,
  checkText,
  checkWithin,
  type FailureSubject,
  type PromptLimits,
} from '../../golden/checks.ts';
import { attempt, chain, type MaybePromise } from '../../golden/maybe.ts';
import type { RenderedPrompt, SourceLocation } from '../../poml/types.ts';
import { checkMessage } from '../../report/index.ts';
import { PromptError } from '../failure.ts';
import { renderReceived } from '../rendering.ts';
import { tools } from '../tools.ts';
import { reportOptions } from '../verdict-error.ts';
import type { Outcome, Scope } from './outcome.ts';

/** `toRenderText`: the whole text, or that of the only message, equals a string; or some of it matches an expression. */
export function toRenderText(_scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  if (typeof expected !== 'string' && !(expected instanceof RegExp)) {
    throw new TypeError(`toRenderText takes a string or a regular expression, not ${kind(expected)}.`);
  }
  return chain(renderReceived(received), (prompt) =>
    outcome('toRenderText', checkText(prompt, expected), start(prompt)),
  );
}

/** `toRenderWithin`: not more tokens, characters or messages than these. */
export function toRenderWithin(_scope: Scope, received: unknown, limits: unknown): MaybePromise<Outcome> {
  if (typeof limits !== 'object' || limits === null) {
    throw new TypeError(`toRenderWithin takes limits such as { tokens: 500 }, not ${kind(limits)}.`);
  }
  const wanted = limits as PromptLimits;
  const counter = wanted.tokens === undefined ? () => 0 : tools().tokenCounter();
  return chain(counter, (count) =>
    chain(renderReceived(received), (prompt) =>
      outcome('toRenderWithin', checkWithin(prompt, wanted, count), start(prompt)),
    ),
  );
}

/** `toFailToRender`: the render fails where POML in strict mode does. */
export function toFailToRender(_scope: Scope, received: unknown, expected: unknown): MaybePromise<Outcome> {
  if (expected !== undefined && typeof expected !== 'string' && !(expected instanceof RegExp)) {
    throw new TypeError(
      `toFailToRender takes part of a message or a regular expression, not ${kind(expected)}.`,
    );
  }
  const subject = attempt<FailureSubject>(
    () => chain(renderReceived(received, { strict: false }), (prompt) => ({ prompt })),
    (error) => ({ error }),
  );
  return chain(subject, (found) => outcome('toFailToRender', checkFailure(found, expected), []));
}

function outcome(name: string, result: CheckResult, places: readonly SourceLocation[]): Outcome {
  return {
    pass: result.pass,
    failure: () => {
      const { message, details } = checkMessage(name, result, reportOptions());
      const { expected, actual } = result;
      return new PromptError({
        message,
        diff: details === '' ? undefined : details,
        expected,
        actual,
        places,
      });
    },
  };
}

/** Where the prompt begins: the best place to open for a statement about all of it. */
function start(prompt: RenderedPrompt): SourceLocation[] {
  const place = prompt.locate(0, 0);
  return place ? [place] : [];
}

function kind(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
