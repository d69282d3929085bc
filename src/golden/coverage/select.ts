import type { CallValues } from '../../poml/coverage/call-values.ts';

/** What one call exercises of its prompt: see `Coverage.lastCall`. */
export interface CallCoverage {
  /** The outcomes it reached, by names that mean the same in every call. */
  readonly outcomes: readonly string[];
  readonly values: CallValues;
}

/** Which calls are kept, by their place in the list. */
export interface Selection {
  /** In the order of the calls. */
  readonly kept: readonly number[];
  /** The same, those that add the most first: for a bound on their number. */
  readonly ranked: readonly number[];
  /** The kept calls that together show all that a call shows which was left out. */
  insteadOf(call: number): readonly number[];
}

/**
 * The fewest calls, as far as a greedy choice finds them, that together exercise everything that all of them exercise:
 * every outcome of the prompt, and beyond these
 * - how joined conditions came out together, and for comparisons the values nearest to each side of the border;
 * - every kind of value at every place (empty, `null`, with line breaks, with marks that are escaped, …);
 * - every single value where there are only a few, the longest text and list, the greatest and the least number.
 *
 * The same calls in the same order always give the same.
 */
export function selectByCoverage(calls: readonly CallCoverage[]): Selection {
  const features = featuresOf(calls);
  const ranked = thinnedOut(greedy(features), features);
  const kept = inOrder(ranked);
  const sets = new Map(kept.map((call) => [call, new Set(features[call])]));
  return { kept, ranked, insteadOf: (call) => covering(features[call] ?? [], sets) };
}

/**
 * One call, the first, of those that take the same way through the prompt: that reach the same outcomes, with joined
 * conditions that came out alike.
 */
export function selectDistinct(calls: readonly CallCoverage[]): Selection {
  const first = new Map<string, number>();
  const shapes = calls.map(({ outcomes, values }) =>
    [...new Set([...outcomes, ...values.decisions])].sort().join('\n'),
  );
  for (const [index, shape] of shapes.entries()) if (!first.has(shape)) first.set(shape, index);
  const kept = [...first.values()];
  return { kept, ranked: kept, insteadOf: (call) => [first.get(shapes[call]!)!] };
}

/** Values of a place are told apart when there are no more, and each is there twice on the average. */
const FEW_VALUES = 12;

/** What each call shows, as numbers. */
function featuresOf(calls: readonly CallCoverage[]): readonly (readonly number[])[] {
  const numbers = new Map<string, number>();
  const numberOf = (feature: string): number => {
    let number = numbers.get(feature);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(feature, number);
    }
    return number;
  };
  const enumerated = fewValues(calls);
  const greatest = extremes(calls, (values) => values.greatest, Math.max);
  const least = extremes(calls, (values) => values.least, Math.min);
  const nearest = extremes(calls, ({ gaps }) => gaps, Math.min);
  return calls.map(({ outcomes, values }) => {
    const features = new Set<number>();
    for (const outcome of outcomes) features.add(numberOf(outcome));
    for (const decision of values.decisions) features.add(numberOf(decision));
    for (const trait of values.traits) features.add(numberOf(trait));
    for (const [place, own] of values.values) {
      if (enumerated.has(place)) for (const value of own) features.add(numberOf(`${place} = ${value}`));
    }
    for (const [place, size] of values.greatest)
      if (greatest.get(place) === size) features.add(numberOf(`${place} greatest`));
    for (const [place, size] of values.least)
      if (least.get(place) === size) features.add(numberOf(`${place} least`));
    for (const [place, gap] of values.gaps)
      if (nearest.get(place) === gap) features.add(numberOf(`${place} nearest`));
    return [...features];
  });
}

/** The places that have few values, which come back. */
function fewValues(calls: readonly CallCoverage[]): ReadonlySet<string> {
  const places = new Map<string, { values: Set<string>; calls: number }>();
  for (const { values } of calls) {
    for (const [place, own] of values.values) {
      const known = places.get(place) ?? { values: new Set(), calls: 0 };
      places.set(place, known);
      known.calls++;
      for (const value of own) if (known.values.size <= FEW_VALUES) known.values.add(value);
    }
  }
  const few = [...places].filter(
    ([, { values, calls: having }]) => values.size <= FEW_VALUES && values.size * 2 <= having,
  );
  return new Set(few.map(([place]) => place));
}

function extremes(
  calls: readonly CallCoverage[],
  measured: (values: CallValues) => ReadonlyMap<string, number>,
  better: (a: number, b: number) => number,
): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (const { values } of calls) {
    for (const [place, measure] of measured(values)) {
      const known = best.get(place);
      best.set(place, known === undefined ? measure : better(known, measure));
    }
  }
  return best;
}

/** Takes the call that shows the most of what is not shown yet, the first of several, until all is shown. */
function greedy(features: readonly (readonly number[])[]): number[] {
  const showing = callsByFeature(features);
  const gains = features.map((own) => own.length);
  const shown = new Set<number>();
  const picked: number[] = [];
  while (shown.size < showing.length) {
    let best = 0;
    for (let index = 1; index < gains.length; index++) if (gains[index]! > gains[best]!) best = index;
    picked.push(best);
    for (const feature of features[best]!) {
      if (shown.has(feature)) continue;
      shown.add(feature);
      for (const call of showing[feature]!) gains[call]!--;
    }
  }
  return picked;
}

/** Without the calls that others, taken later, made needless. */
function thinnedOut(picked: readonly number[], features: readonly (readonly number[])[]): number[] {
  const times = new Map<number, number>();
  for (const call of picked)
    for (const feature of features[call]!) times.set(feature, (times.get(feature) ?? 0) + 1);
  const kept = new Set(picked);
  for (const call of [...picked].reverse()) {
    if (features[call]!.some((feature) => times.get(feature) === 1)) continue;
    kept.delete(call);
    for (const feature of features[call]!) times.set(feature, times.get(feature)! - 1);
  }
  return [...kept];
}

function inOrder(calls: readonly number[]): number[] {
  return [...calls].sort((a, b) => a - b);
}

function callsByFeature(features: readonly (readonly number[])[]): number[][] {
  const showing: number[][] = [];
  for (const [call, own] of features.entries()) {
    for (const feature of own) {
      showing[feature] ??= [];
      showing[feature].push(call);
    }
  }
  return showing;
}

/** A few of the kept calls that show all of some features. */
function covering(features: readonly number[], kept: ReadonlyMap<number, ReadonlySet<number>>): number[] {
  const instead: number[] = [];
  let missing = features;
  while (missing.length > 0) {
    let best = missing;
    let by: number | undefined;
    for (const [call, shown] of kept) {
      const rest = missing.filter((feature) => !shown.has(feature));
      if (rest.length < best.length) {
        best = rest;
        by = call;
      }
    }
    if (by === undefined) break;
    instead.push(by);
    missing = best;
  }
  return inOrder(instead);
}
