import type { RecordedResult } from '../trace/types.ts';
import type { Tolerance } from './compare-options.ts';
import { type ConcretePath, findPaths } from './json-path.ts';
import { itself } from './messages.ts';
import { type Replacement, Scrubbing } from './scrub.ts';
import { join } from './structure.ts';

/** Two results as the options want them compared. */
export interface ToleratedPair {
  expected: RecordedResult;
  actual: RecordedResult;
  /** What was replaced in the texts of the render, by path as in `Difference`. */
  replaced: ReadonlyMap<string, readonly Replacement[]>;
  /** What was done, in words, e.g. `2 uuids scrubbed`. */
  notes: string[];
}

/** Scrubs and levels two results. The given values are left as they are. */
export function tolerate(
  expected: RecordedResult,
  actual: RecordedResult,
  tolerance: Tolerance,
): ToleratedPair {
  const before = structuredClone(expected);
  const after = structuredClone(actual);
  const ignored = tolerance.ignore.filter((path) =>
    level(before, after, findPathsOfBoth(before, after, path)),
  );
  const golden = scrubValue(before, tolerance);
  const render = scrubValue(after, tolerance);
  return {
    expected: golden.value,
    actual: render.value,
    replaced: render.replaced,
    notes: [
      ...Array.from(render.counts, ([name, count]) => `${count} ${name}${count === 1 ? '' : 's'} scrubbed`),
      ...ignored.map(({ text }) => `${text} ignored`),
    ],
  };
}

/** A text as white space counts in it; texts of equal keys are the same. */
export function whitespaceKey(mode: Tolerance['whitespace']): (text: string) => string {
  switch (mode) {
    case 'exact':
      return itself;
    case 'trailing':
      return (text) => text.replace(/[^\S\n]+$/gm, '').replace(/\n+$/, '');
    case 'collapse':
      return (text) => text.replace(/\s+/g, ' ').trim();
    case 'ignore':
      return (text) => text.replace(/\s+/g, '');
  }
}

function findPathsOfBoth(one: unknown, other: unknown, path: Tolerance['ignore'][number]): ConcretePath[] {
  const all = [...findPaths(one, path), ...findPaths(other, path)];
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * Makes the places equal: the render's takes the golden's value; what only one of them has is taken out there.
 *
 * @returns Whether any place differed.
 */
function level(golden: unknown, render: unknown, places: readonly ConcretePath[]): boolean {
  let differed = false;
  // Later places first: taking one out of a list moves those behind it.
  for (const place of [...places].reverse()) {
    const key = place.at(-1)!;
    const before = parentOf(golden, place);
    const after = parentOf(render, place);
    const inBefore = before !== undefined && Object.hasOwn(before, key);
    const inAfter = after !== undefined && Object.hasOwn(after, key);
    if (inBefore && inAfter) {
      differed ||= JSON.stringify(before[key]) !== JSON.stringify(after[key]);
      after[key] = before[key];
    } else if (inBefore || inAfter) {
      differed = true;
      remove(inBefore ? before : after!, key);
    }
  }
  return differed;
}

type Holder = Record<string | number, unknown>;

function parentOf(value: unknown, place: ConcretePath): Holder | undefined {
  let at = value;
  for (const key of place.slice(0, -1)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Holder)[key];
  }
  return typeof at === 'object' && at !== null ? (at as Holder) : undefined;
}

function remove(holder: Holder, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

interface ScrubbedValue {
  value: RecordedResult;
  replaced: Map<string, readonly Replacement[]>;
  counts: ReadonlyMap<string, number>;
}

/** Scrubs every text of a result, in order; pictures are data, not text. */
function scrubValue(result: RecordedResult, { scrubbers }: Tolerance): ScrubbedValue {
  const replaced = new Map<string, readonly Replacement[]>();
  const scrubbing = new Scrubbing(scrubbers);
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      const scrubbed = scrubbing.scrub(value);
      if (scrubbed.replacements.length > 0) replaced.set(path, scrubbed.replacements);
      return scrubbed.text;
    }
    if (Array.isArray(value)) return value.map((item, i) => visit(item, `${path}[${i}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        key === 'base64' ? item : visit(item, path === '' ? key : join(path, key)),
      ]),
    );
  };
  const value = (scrubbers.length === 0 ? result : visit(result, '')) as RecordedResult;
  return { value, replaced, counts: scrubbing.counts() };
}
