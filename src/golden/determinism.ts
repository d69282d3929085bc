import { diffWordsWithSpace } from 'diff';
import type { Content, Message, RenderedPrompt, RenderOptions, SourceLocation } from '../poml/types.ts';
import type { Trace } from '../trace/types.ts';
import { compare } from './compare.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { isChat, renderedJson } from './golden.ts';
import { attempt, chain, type MaybePromise } from './maybe.ts';
import { asError, isRenderError, renderReceived } from './render.ts';
import { tracePromptName, traceTitle } from './subject.ts';
import type { GoldenTools, Render } from './tools.ts';
import type { Difference } from './verdict.ts';

/** What a render must not depend on. */
export type ConditionName =
  | 'clock'
  | 'seed'
  | 'locale'
  | 'time-zone'
  | 'context-order'
  | 'environment'
  | 'earlier-renders';

/** A way to render again in which only one thing is different. */
interface Condition {
  name: ConditionName;
  /** What the render depends on where the result differs. */
  words: string;
  change(options: RenderOptions): RenderOptions;
}

/** Some more than a year and a bit of a day: year, month, day, weekday, hour and minute all differ. */
const CLOCK_SHIFT = 400 * 24 * 60 * 60 * 1000 + (7 * 60 + 13) * 60 * 1000;

/** The base: what is not pinned by the project is pinned here, so that only one thing differs at a time. */
const BASE = { seed: 1, locale: 'en-US', timeZone: 'UTC' };

const CONDITIONS: readonly Condition[] = [
  { name: 'earlier-renders', words: 'earlier renders', change: (options) => options },
  {
    name: 'clock',
    words: 'the time of the render',
    change: (options) => ({ ...options, now: Number(options.now ?? 0) + CLOCK_SHIFT }),
  },
  { name: 'seed', words: 'chance (Math.random)', change: (options) => ({ ...options, seed: BASE.seed + 1 }) },
  // Other digits, other separators, other names of months.
  { name: 'locale', words: 'the locale', change: (options) => ({ ...options, locale: 'ar-EG' }) },
  {
    name: 'time-zone',
    words: 'the time zone',
    change: (options) => ({ ...options, timeZone: 'Pacific/Kiritimati' }),
  },
  {
    name: 'context-order',
    words: 'the order of keys in the context',
    change: (options) => ({ ...options, context: reversed(options.context) as Record<string, unknown> }),
  },
  { name: 'environment', words: 'environment variables', change: (options) => options },
];

/** All names, in the order they are tried. */
export const CONDITION_NAMES: readonly ConditionName[] = CONDITIONS.map(({ name }) => name);

/** Something that makes a render differ. */
export interface Leak {
  condition: ConditionName;
  /** What the result depends on, in words. */
  words: string;
  /** Where in the sources it comes from; none where it cannot be told. */
  locations: SourceLocation[];
  /** What differs: golden is the render as usual, actual that under the changed condition. */
  differences: Difference[];
  /** The render fails under one condition only: with this. */
  failure?: string;
}

/** What a recorded call depends on beside its inputs. */
export interface DeterminismResult {
  title: string;
  prompt: string;
  leaks: Leak[];
  /** The call cannot be rendered as usual, so nothing was tried: why. */
  failure?: string;
}

/**
 * Renders a recorded call under another clock, seed, locale and time zone, with the keys of its context in reverse
 * order, with an emptied environment, and once more as it was, and says what made the result differ.
 *
 * @param conditions Which to try (default: all).
 */
export async function checkDeterminism(
  trace: Trace,
  options: EvaluateOptions,
  tools: GoldenTools,
  conditions: readonly ConditionName[] = CONDITION_NAMES,
): Promise<DeterminismResult> {
  const result: DeterminismResult = { title: traceTitle(trace), prompt: tracePromptName(trace), leaks: [] };
  const render = (change: Condition['change']) => outcomeOf(trace, options, tools, change);
  const base = await render((given) => given);
  if (!base.prompt && !isRenderError(base.error)) return { ...result, failure: base.error.message };
  for (const condition of CONDITIONS) {
    if (!conditions.includes(condition.name)) continue;
    const again =
      condition.name === 'environment'
        ? await withoutEnvironment(() => render(condition.change))
        : await render(condition.change);
    const leak = await leakOf(condition, base, again);
    if (leak) result.leaks.push(leak);
  }
  return result;
}

type Outcome = { prompt: RenderedPrompt; error?: undefined } | { prompt?: undefined; error: Error };

function outcomeOf(
  trace: Trace,
  options: EvaluateOptions,
  tools: GoldenTools,
  change: Condition['change'],
): MaybePromise<Outcome> {
  const render: Render = (markup, given) => tools.render(markup, change({ ...BASE, ...given }));
  return attempt<Outcome>(
    () => chain(renderReceived(trace, options, { ...tools, render }), (prompt) => ({ prompt })),
    (thrown) => ({ error: asError(thrown) }),
  );
}

async function leakOf({ name, words }: Condition, base: Outcome, again: Outcome): Promise<Leak | undefined> {
  const leak: Leak = { condition: name, words, locations: [], differences: [] };
  if (!base.prompt || !again.prompt) {
    const [one, other] = [base.error?.message, again.error?.message];
    return one === other ? undefined : { ...leak, failure: other ?? one ?? '' };
  }
  const { differences } = await compare(bytesOf(again.prompt), {
    json: renderedJson(base.prompt),
    text: String(base.prompt),
    prefix: undefined,
    label: 'the render',
  });
  if (differences.length === 0) return undefined;
  return { ...leak, differences, locations: locationsOf(differences, again.prompt) };
}

function bytesOf(prompt: RenderedPrompt) {
  return { prompt, json: renderedJson(prompt), text: String(prompt) };
}

const MAX_PLACES = 20;
const MAX_EDITS = 2000;

/** Every place that differs, not only the first of each message: two expressions may both ask for the time. */
function locationsOf(differences: readonly Difference[], prompt: RenderedPrompt): SourceLocation[] {
  const found = new Map<string, SourceLocation>();
  const add = (location: SourceLocation | undefined) => {
    if (location && found.size < MAX_PLACES)
      found.set(`${location.file}:${location.line}:${location.column}`, location);
  };
  for (const { path, expected, actual, location } of differences) {
    const [, message] = /^messages\[(\d+)\]\.content$/.exec(path) ?? [];
    const isPlain = path === 'messages' && !isChat(prompt.messages as Message[] | Content);
    if (typeof expected !== 'string' || typeof actual !== 'string' || (message === undefined && !isPlain)) {
      add(location);
      continue;
    }
    for (const offset of changedOffsets(expected, actual)) add(prompt.locate(Number(message ?? 0), offset));
  }
  const places = [...found.values()];
  // What stands between two values belongs to the element around them; the values tell more.
  return places.filter((outer) => !places.some((inner) => inner !== outer && encloses(outer, inner)));
}

function encloses(outer: SourceLocation, inner: SourceLocation): boolean {
  return (
    outer.file === inner.file &&
    outer.offset <= inner.offset &&
    outer.endOffset >= inner.endOffset &&
    outer.endOffset - outer.offset > inner.endOffset - inner.offset
  );
}

/** Where in the second text something differs from the first. */
function changedOffsets(before: string, after: string): number[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS });
  if (!changes) return [0];
  const offsets: number[] = [];
  let at = 0;
  for (const { added, removed, value } of changes) {
    if (added) offsets.push(at);
    else if (removed) offsets.push(Math.min(at, Math.max(0, after.length - 1)));
    if (!removed) at += value.length;
  }
  return offsets;
}

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

/** Runs a step while the process has no environment variables, such as a `TZ` or `LANG` that somebody set. */
async function withoutEnvironment<T>(step: () => MaybePromise<T>): Promise<T> {
  const { env } = process;
  process.env = {};
  try {
    return await step();
  } finally {
    process.env = env;
  }
}
