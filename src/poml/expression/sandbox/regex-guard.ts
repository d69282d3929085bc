import { types } from 'node:util';
import vm from 'node:vm';
import { ExpressionBudgetError } from '../errors.ts';
import type { Realm } from './realm.ts';

/** How long all risky uses of regular expressions in a render may take together, in milliseconds. */
export const REGEX_TIMEOUT = 2000;

/** Characters of text that a pattern of exponential cost may run on without a watchdog. */
const EXPONENTIAL_LENGTH = 20;

/** Estimated steps of matching above which a watchdog is set up. */
const WATCHED_COST = 50_000_000;

/** What running a pattern can cost at most. */
export interface RegexRisk {
  /** Quantifiers without a small bound: matching takes up to n^(this + 1) steps. */
  readonly degree: number;
  /** A repeated group holds another repetition or a choice, or there are back references: exponential. */
  readonly exponential: boolean;
}

const QUANTIFIER = /^(?:[*+]|\{\d+(?:,\d*)?\})/;
const SMALL_BOUND = 8;

/** Estimates the cost from the shape of the pattern, always on the safe side. */
export function regexRisk(source: string): RegexRisk {
  let degree = 0;
  let exponential = false;
  // For each open group: whether it holds a repetition or a choice.
  const groups: boolean[] = [];
  let closed = false;
  let inner = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') {
      if (/[1-9k]/.test(source[at + 1] ?? '')) exponential = true;
      at++;
      closed = false;
      continue;
    }
    if (char === '[') {
      for (at++; at < source.length && source[at] !== ']'; at++) if (source[at] === '\\') at++;
      closed = false;
      continue;
    }
    if (char === '(') {
      groups.push(inner);
      inner = false;
      closed = false;
      // The mark of the group's kind is no quantifier.
      if (source[at + 1] === '?') at++;
      continue;
    }
    if (char === ')') {
      closed = inner;
      inner = (groups.pop() ?? false) || inner;
      continue;
    }
    if (char === '|') inner = true;
    const quantifier = QUANTIFIER.exec(source.slice(at, at + 24))?.[0];
    if (quantifier !== undefined && !isSmall(quantifier)) {
      degree++;
      if (closed) exponential = true;
      inner = true;
      at += quantifier.length - 1;
    } else if (char === '?' || quantifier !== undefined) {
      if (quantifier !== undefined) at += quantifier.length - 1;
      inner = true;
    }
    closed = false;
  }
  return { degree, exponential };
}

function isSmall(quantifier: string): boolean {
  const bound = /^\{(\d+)(?:,(\d*))?\}$/.exec(quantifier);
  if (bound === null) return false;
  return bound[2] !== '' && Number(bound[2] ?? bound[1]) <= SMALL_BOUND;
}

const RISKS_KEPT = 500;
const risks = new Map<string, RegexRisk>();

function riskOf(source: string): RegexRisk {
  const known = risks.get(source);
  if (known !== undefined) return known;
  const risk = regexRisk(source);
  if (risks.size >= RISKS_KEPT) risks.clear();
  risks.set(source, risk);
  return risk;
}

/** Whether a value is a regular expression, whatever its prototype says. */
export function isRegExp(value: unknown): value is RegExp {
  return types.isRegExp(value);
}

const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source')!.get as (this: RegExp) => string;

function isRisky(pattern: RegExp, length: number): boolean {
  const plain = Object.getPrototypeOf(pattern) === RegExp.prototype && !Object.hasOwn(pattern, 'constructor');
  // What a subclass really runs is not known before.
  if (!plain) return length > EXPONENTIAL_LENGTH;
  const { degree, exponential } = riskOf(Reflect.apply(sourceOf, pattern, []));
  if (exponential && length > EXPONENTIAL_LENGTH) return true;
  return length ** (degree + 1) > WATCHED_COST;
}

/**
 * Runs work that matches a pattern against a text. A pattern whose shape and text allow it to take very long runs
 * under a watchdog, any other directly.
 * @throws ExpressionBudgetError
 */
export function runRegex<T>(realm: Realm, pattern: unknown, text: string, work: () => T): T {
  if (!isRegExp(pattern) || !isRisky(pattern, text.length)) return work();
  // A render whose programs were ended starts nothing long any more.
  realm.step();
  const { depth } = realm;
  const start = performance.now();
  try {
    return watched(work, Math.max(1, Math.ceil(REGEX_TIMEOUT - realm.regexTime)));
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    realm.depth = depth;
    throw realm.end(new ExpressionBudgetError('regex', REGEX_TIMEOUT));
  } finally {
    realm.regexTime += performance.now() - start;
  }
}

/**
 * Tests texts against a pattern outside of expressions; all risky tests together have the same bound of time.
 * @throws Error when they take longer
 */
export function boundedTest(pattern: RegExp): (text: string) => boolean {
  let left = REGEX_TIMEOUT;
  return (text) => {
    if (!isRegExp(pattern) || !isRisky(pattern, text.length)) return pattern.test(text);
    const start = performance.now();
    try {
      return watched(() => pattern.test(text), Math.max(1, Math.ceil(left)));
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new Error(`the pattern ${pattern} takes longer than ${REGEX_TIMEOUT / 1000} s: simplify it`);
    } finally {
      left -= performance.now() - start;
    }
  };
}

/** Whether `runRegex` would use the watchdog, so that lazy results must be made at once. */
export function needsWatch(pattern: unknown, text: string): boolean {
  return isRegExp(pattern) && isRisky(pattern, text.length);
}

const script = new vm.Script('work()');
const contexts: { work: (() => unknown) | undefined }[] = [];

/** V8 interrupts a running match only through the timeout of a script. */
function watched<T>(work: () => T, timeout: number): T {
  const context = contexts.pop() ?? (vm.createContext({ work: undefined }) as { work: undefined });
  context.work = work;
  try {
    return script.runInContext(context, { timeout }) as T;
  } finally {
    context.work = undefined;
    contexts.push(context);
  }
}
