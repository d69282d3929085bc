import type { FuzzDocument } from './document.ts';

/** Whether a smaller document still shows the same fault. */
export type StillFails = (document: FuzzDocument) => Promise<boolean>;

const ATTEMPTS = 1500;

/**
 * A smaller document that still fails: variables, rules, elements, attributes and characters are left out for as long
 * as the fault stays, within a bounded number of attempts.
 */
export async function minimise(document: FuzzDocument, stillFails: StillFails): Promise<FuzzDocument> {
  let best = document;
  let attempts = 0;
  const attempt = async (smaller: FuzzDocument): Promise<boolean> => {
    if (attempts++ >= ATTEMPTS || !(await stillFails(smaller))) return false;
    best = smaller;
    return true;
  };
  await attempt({ ...best, context: {}, stylesheet: {} });
  for (const part of ['context', 'stylesheet'] as const) {
    for (const key of Object.keys(best[part])) {
      const { [key]: _, ...others } = best[part];
      await attempt({ ...best, [part]: others });
    }
  }
  for (let before = ''; before !== best.markup && attempts < ATTEMPTS; ) {
    before = best.markup;
    for (const without of [elementsOf, attributesOf, stretchesOf]) {
      // From the end, so that the places before stay where they are.
      for (const cuts of without(best.markup).reverse())
        await attempt({ ...best, markup: cut(best.markup, cuts) });
    }
  }
  return best;
}

type Cut = readonly [start: number, end: number];

function cut(text: string, cuts: readonly Cut[]): string {
  let result = text;
  for (const [start, end] of cuts.toSorted((a, b) => b[0] - a[0]))
    result = result.slice(0, start) + result.slice(end);
  return result;
}

/** Whole elements, and elements without their content, by their tags as they seem to pair. */
function elementsOf(markup: string): Cut[][] {
  const found: Cut[][] = [];
  const open: { name: string; start: number; end: number }[] = [];
  for (const match of markup.matchAll(/<(\/?)([^\s<>/]+)(?:"[^"]*"|'[^']*'|[^<>"'])*>/g)) {
    const [all, slash, name] = match;
    const place = { name: name!, start: match.index, end: match.index + all.length };
    if (all.endsWith('/>')) found.push([[place.start, place.end]]);
    else if (slash === '') open.push(place);
    else {
      const at = open.findLastIndex((other) => other.name === name);
      if (at === -1) continue;
      const [start] = open.splice(at);
      found.push([[start!.start, place.end]]);
      found.push([
        [start!.start, start!.end],
        [place.start, place.end],
      ]);
    }
  }
  return found.slice(0, 400);
}

function attributesOf(markup: string): Cut[][] {
  const matches = [...markup.matchAll(/\s+[\w:-]+=(?:"[^"]*"|'[^']*')/g)];
  return matches.slice(0, 400).map((match): Cut[] => [[match.index, match.index + match[0].length]]);
}

/** Stretches of a half, a quarter, … down to single characters of a short text. */
function stretchesOf(markup: string): Cut[][] {
  const found: Cut[][] = [];
  const least = Math.max(1, Math.floor(markup.length / 200));
  for (let length = least; length < markup.length; length *= 2) {
    for (let start = 0; start < markup.length; start += length) {
      found.push([[start, Math.min(markup.length, start + length)]]);
    }
  }
  return found;
}
