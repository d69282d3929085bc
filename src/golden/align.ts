import { diffArrays } from 'diff';

/** A pair of positions of two lists; one is missing where an item was added or removed. */
export interface AlignedPair {
  /** Position in the expected list. */
  expected: number | undefined;
  /** Position in the actual list. */
  actual: number | undefined;
  /** The items are equal. */
  equal: boolean;
}

// Beyond these sizes items are paired by position: a diff of two lists that share nothing is quadratic.
const MAX_EDITS = 1000;
const MAX_GAP = 400;

/**
 * Pairs the items of two lists, in order: equal ones first, then the most alike ones between them.
 *
 * @param expected Keys of the expected items; equal keys mean equal items.
 * @param actual Keys of the actual items.
 * @param likeness How alike two different items are, 0 (never pair) to 1.
 */
export function align(
  expected: readonly string[],
  actual: readonly string[],
  likeness: (expectedIndex: number, actualIndex: number) => number,
): AlignedPair[] {
  const { start, end } = sharedEnds(expected, actual);
  const pairs = range(0, start).map((at): AlignedPair => ({ expected: at, actual: at, equal: true }));
  const before = expected.slice(start, expected.length - end);
  const after = actual.slice(start, actual.length - end);
  pairs.push(...alignMiddle(before, after, start, likeness));
  for (let left = end; left > 0; left--)
    pairs.push({ expected: expected.length - left, actual: actual.length - left, equal: true });
  return pairs;
}

/** Pairs what two lists do not share at their ends. */
function alignMiddle(
  expected: readonly string[],
  actual: readonly string[],
  start: number,
  likeness: (expectedIndex: number, actualIndex: number) => number,
): AlignedPair[] {
  const all = () => [range(start, start + expected.length), range(start, start + actual.length)] as const;
  if (expected.length === 0 || actual.length === 0 || expected.length + actual.length === 2)
    return alignGap(...all(), likeness);
  const changes = diffArrays([...expected], [...actual], { maxEditLength: MAX_EDITS });
  if (!changes) return byPosition(...all());
  const pairs: AlignedPair[] = [];
  let e = start;
  let a = start;
  let removed: number[] = [];
  let added: number[] = [];
  const closeGap = () => {
    pairs.push(...alignGap(removed, added, likeness));
    removed = [];
    added = [];
  };
  for (const change of changes) {
    for (let i = 0; i < change.count; i++) {
      if (change.removed) removed.push(e++);
      else if (change.added) added.push(a++);
      else {
        closeGap();
        pairs.push({ expected: e++, actual: a++, equal: true });
      }
    }
  }
  closeGap();
  return pairs;
}

/** Pairs what lies between two equal items so that the sum of likeness is greatest. */
function alignGap(
  removed: readonly number[],
  added: readonly number[],
  likeness: (expectedIndex: number, actualIndex: number) => number,
): AlignedPair[] {
  if (removed.length === 1 && added.length === 1) return byPosition(removed, added);
  if (removed.length === 0 || added.length === 0) return byPosition(removed, added);
  if (removed.length * added.length > MAX_GAP) return byPosition(removed, added);
  const width = added.length + 1;
  // best[r * width + a]: the greatest sum for the items from r and a on.
  const best = new Float64Array((removed.length + 1) * width);
  const like = new Float64Array(removed.length * added.length);
  for (let r = removed.length - 1; r >= 0; r--) {
    for (let a = added.length - 1; a >= 0; a--) {
      const alike = likeness(removed[r]!, added[a]!);
      like[r * added.length + a] = alike;
      const pair = alike > 0 ? alike + best[(r + 1) * width + a + 1]! : 0;
      best[r * width + a] = Math.max(pair, best[(r + 1) * width + a]!, best[r * width + a + 1]!);
    }
  }
  const pairs: AlignedPair[] = [];
  let r = 0;
  let a = 0;
  while (r < removed.length || a < added.length) {
    const here = best[r * width + a]!;
    const alike = r < removed.length && a < added.length ? like[r * added.length + a]! : 0;
    if (alike > 0 && here === alike + best[(r + 1) * width + a + 1]!) {
      pairs.push({ expected: removed[r++]!, actual: added[a++]!, equal: false });
    } else if (r < removed.length && (a === added.length || here === best[(r + 1) * width + a]!)) {
      pairs.push({ expected: removed[r++]!, actual: undefined, equal: false });
    } else {
      pairs.push({ expected: undefined, actual: added[a++]!, equal: false });
    }
  }
  return pairs;
}

function byPosition(expected: readonly number[], actual: readonly number[]): AlignedPair[] {
  const pairs: AlignedPair[] = [];
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    pairs.push({ expected: expected[i], actual: actual[i], equal: false });
  }
  return pairs;
}

/** How many items two lists share at their start, and of what is left at their end. */
function sharedEnds(one: readonly string[], other: readonly string[]): { start: number; end: number } {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start++;
  let end = 0;
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return { start, end };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const SAMPLE = 4000;

/** How alike two texts are by their words, 0 to 1; long ones are judged by their beginning. */
export function textLikeness(one: string, other: string): number {
  if (one === other) return 1;
  const counts = new Map<string, number>();
  const ours = words(one);
  const theirs = words(other);
  if (ours.length === 0 || theirs.length === 0) return 0;
  for (const word of ours) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of theirs) {
    const left = counts.get(word) ?? 0;
    if (left > 0) {
      shared++;
      counts.set(word, left - 1);
    }
  }
  return (2 * shared) / (ours.length + theirs.length);
}

function words(text: string): string[] {
  // Letters of scripts without spaces count one by one.
  return (
    text
      .slice(0, SAMPLE)
      .match(
        /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu,
      ) ?? []
  );
}
