import type { Cause } from '../causes.ts';
import { detect } from './detect.ts';

const ONLY_KEYS = { detectors: ['key'] } as const;
/** What every key has somewhere; most words about a change have none of it, and to look for all forms of keys takes its time. */
const MAY_HOLD_KEY = /[\w+/=.-]{13}|-----|:\/\//;
/** So much of a key stays at both ends: enough to find it, and to tell it from another one. */
const SHOWN = 3;

/**
 * A text in which API keys, private keys and passwords in addresses are starred out, for whatever is shown or sent: a recorded
 * call may hold one, and what shows it may be public. As long as before, so that places in it stay.
 *
 * @example hideKeys('use AKIAIOSFODNN7ABCDEFG') // 'use AKI**************EFG'
 */
export function hideKeys(text: string): string {
  if (!MAY_HOLD_KEY.test(text)) return text;
  if (text.length > MAX_SAID) return hide(text);
  const known = said.get(text) ?? hide(text);
  if (said.size >= MOST_SAID) said.clear();
  said.set(text, known);
  return known;
}

/** What is said of thousands of traces is often the same: so many short texts are remembered. */
const said = new Map<string, string>();
const MOST_SAID = 256;
const MAX_SAID = 1000;

function hide(text: string): string {
  let hidden = '';
  let at = 0;
  for (const { start, end, value } of detect(text, ONLY_KEYS)) {
    const shown = value.length < 4 * SHOWN ? 0 : SHOWN;
    const middle = value.slice(shown, value.length - shown).replace(/\S/g, '*');
    hidden += text.slice(at, start) + value.slice(0, shown) + middle + value.slice(value.length - shown);
    at = end;
  }
  return at === 0 ? text : hidden + text.slice(at);
}

/** The same for every text of a JSON value, names of keys included. */
export function hideKeysIn<T>(value: T): T {
  return hidden(value) as T;
}

function hidden(value: unknown): unknown {
  if (typeof value === 'string') return hideKeys(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  // Made from entries: one may be called `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [hideKeys(key), hidden(item)]));
}

/** Thousands of traces share a cause. */
const known = new WeakMap<Cause, Cause>();

/** The same for causes; the key of one is a hash and stays. */
export function hideKeysInCauses(causes: readonly Cause[]): Cause[] {
  return causes.map((cause) => {
    const hidden = known.get(cause) ?? {
      ...cause,
      summary: hideKeys(cause.summary),
      ...(cause.before !== undefined && { before: hideKeys(cause.before) }),
      ...(cause.after !== undefined && { after: hideKeys(cause.after) }),
    };
    known.set(cause, hidden);
    return hidden;
  });
}
