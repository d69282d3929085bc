import type { Hunk, Range, Side } from './hunks.ts';
import { diffLines, diffRange } from './rows.ts';
import { nameOf, type Token } from './tokens.ts';

/** In longer texts, and deeper ones, elements whose tags changed are not looked for by their content. */
const MAX_PAIRED = 20_000;
const MAX_DEPTH = 40;
/** So many tokens of an element's own text tell it apart from others. */
const SHORT = 60;
/** Of the tokens in two elements so many must be the same for one to be what became of the other. */
const ALIKE = 0.3;
/** Of a stretch so much must have stayed, or it was written anew. */
const LITTLE = 0.25;

/**
 * Finds out which tokens stayed, and gives the stretches between them.
 *
 * Tags first stand for themselves with all their attributes, and with their text where they hold no other element, so that
 * `<cp caption="A">` is not taken for what became of `<cp caption="B">` since both begin alike; then elements whose tags changed
 * are found by what stayed inside of them; and what lies between is compared word by word.
 */
export function alignTokens(oldText: string, newText: string, old: Side, fresh: Side): Hunk[] {
  const ids = new Map<string, number>();
  const match = matchTokens(idsOf(old, ids), idsOf(fresh, ids));
  if (match) {
    const isFirm = (at: number) => isWithinMatched(at, match, old, fresh);
    pairElements(match, isFirm, old, fresh);
    for (let at = 0; at < match.length; at++) if (!isFirm(at)) match[at] = -1;
    return between(match, old.tokens, fresh.tokens);
  }
  const all = {
    old: { start: 0, end: old.tokens.length },
    new: { start: 0, end: fresh.tokens.length },
  };
  return diffLines([old.tokens, oldText], [fresh.tokens, newText], all) ?? [all];
}

/** A number for each token: the same for the same words, and for the same parts of the same tags. */
function idsOf({ tokens, structure }: Side, ids: Map<string, number>): number[] {
  const result: number[] = [];
  const idOf = (key: string) => {
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
  const tags = new Map<number, string>();
  let tag: string | undefined;
  tokens.forEach((token, i) => {
    if (token.kind === 'open') {
      const close = closeOf(i, tokens);
      const end = contentEnd(close, structure.partners.get(i), tokens);
      tag = tokens
        .slice(i, end ?? close)
        .map(({ text }) => text)
        .join(' ');
      tags.set(i, tag);
    }
    const own = token.kind === 'end' ? tags.get(structure.partners.get(i) ?? -1) : tag;
    result.push(idOf(own === undefined ? token.text : `${token.text}\0${own}`));
    if (token.kind === 'close') tag = undefined;
  });
  return result;
}

/** Where the content of an element ends that holds nothing but a short text; `undefined` for other elements. */
function contentEnd(close: number, end: number | undefined, tokens: readonly Token[]): number | undefined {
  if (end === undefined || end <= close || end - close > SHORT) return undefined;
  const isText = tokens.slice(close + 1, end).every(({ kind }) => kind === 'word' || kind === 'expression');
  return isText ? end : undefined;
}

/** The new position of each old token that stayed, -1 for the others; `undefined` when the two share too little. */
function matchTokens(before: readonly number[], after: readonly number[]): Int32Array | undefined {
  const match = new Int32Array(before.length).fill(-1);
  const hunks = diffRange(before, after, {
    old: { start: 0, end: before.length },
    new: { start: 0, end: after.length },
  });
  if (!hunks) return undefined;
  let at = 0;
  let shift = 0;
  for (const { old, new: fresh } of [...hunks, undefined].map(
    (hunk) => hunk ?? { old: { start: before.length, end: 0 }, new: { start: 0, end: 0 } },
  )) {
    for (; at < old.start; at++) match[at] = at + shift;
    at = old.end;
    shift = fresh.end - old.end;
  }
  return match;
}

/** Whether a match is more than a word, such as a comma, that happens to stand in two elements. */
function isWithinMatched(at: number, match: Int32Array, old: Side, fresh: Side): boolean {
  const now = match[at]!;
  if (now === -1) return false;
  const { kind } = old.tokens[at]!;
  if (kind !== 'word' && kind !== 'expression') return true;
  const [before, after] = [old.structure.parents[at]!, fresh.structure.parents[now]!];
  return before === -1 ? after === -1 : match[before] === after;
}

/** Matches the tags of elements that changed, by what stayed inside of them; the innermost first. */
function pairElements(match: Int32Array, isFirm: (at: number) => boolean, old: Side, fresh: Side): void {
  if (match.length > MAX_PAIRED || fresh.tokens.length > MAX_PAIRED) return;
  const taken = new Set(match);
  for (let open = match.length - 1; open >= 0; open--) {
    const end = old.structure.partners.get(open);
    if (match[open] !== -1 || end === undefined || end < open || match[end] !== -1) continue;
    const now = likeliest(open, end, match, taken, old, fresh);
    if (now === undefined) continue;
    const tags = [
      [open, now],
      [closeOf(open, old.tokens), closeOf(now, fresh.tokens)],
      [end, fresh.structure.partners.get(now)!],
    ] as const;
    if (
      !tags.every(([from, to]) => match[from] === -1 && !taken.has(to) && isBetween(from, to, match, isFirm))
    )
      continue;
    for (const [from, to] of tags) {
      match[from] = to;
      taken.add(to);
    }
  }
}

/** The new element of the same name that shares most with an old one. */
function likeliest(
  open: number,
  end: number,
  match: Int32Array,
  taken: ReadonlySet<number>,
  old: Side,
  fresh: Side,
): number | undefined {
  const name = nameOf(old.tokens[open]!);
  const shared = new Map<number, number>();
  for (let at = open + 1; at < end; at++) {
    if (match[at] === -1) continue;
    let around = fresh.structure.parents[match[at]!] ?? -1;
    for (let depth = 0; around >= 0 && depth < MAX_DEPTH; depth++) {
      if (!taken.has(around) && nameOf(fresh.tokens[around]!) === name)
        shared.set(around, (shared.get(around) ?? 0) + 1);
      around = fresh.structure.parents[around]!;
    }
  }
  let best: number | undefined;
  let most = ALIKE;
  for (const [now, count] of shared) {
    const last = fresh.structure.partners.get(now);
    if (last === undefined) continue;
    const share = (2 * count) / (end - open + last - now);
    if (share <= most) continue;
    best = now;
    most = share;
  }
  return best;
}

/** Whether a match keeps the order of those that are sure. */
function isBetween(from: number, to: number, match: Int32Array, isFirm: (at: number) => boolean): boolean {
  let before = from - 1;
  while (before >= 0 && !isFirm(before)) before--;
  let after = from + 1;
  while (after < match.length && !isFirm(after)) after++;
  return (before < 0 || match[before]! < to) && (after >= match.length || match[after]! > to);
}

/** Where the start tag ends that begins at a token. */
export function closeOf(open: number, tokens: readonly Token[]): number {
  let at = open + 1;
  while (tokens[at]?.kind === 'attribute') at++;
  return at;
}

/** What lies between the tokens that stayed, compared as it is written. */
function between(match: Int32Array, before: readonly Token[], after: readonly Token[]): Hunk[] {
  const [old, fresh] = [before, after].map((tokens) => tokens.map(({ text }) => text)) as [
    string[],
    string[],
  ];
  const hunks: Hunk[] = [];
  let o = 0;
  let n = 0;
  for (let at = 0; at <= match.length; at++) {
    const now = at === match.length ? fresh.length : match[at]!;
    if (now === -1) continue;
    if (at > o || now > n) {
      const gap = { old: { start: o, end: at }, new: { start: n, end: now } };
      const found = diffRange(old, fresh, gap);
      hunks.push(...(found && isEnough(found, gap, old, fresh) ? found : [trimmed(gap, before, after)]));
    }
    o = at + 1;
    n = now + 1;
  }
  return hunks;
}

/** Whether more than a sign here and there stayed, or something was only added or only removed. */
function isEnough(
  hunks: readonly Hunk[],
  gap: Hunk,
  before: readonly string[],
  after: readonly string[],
): boolean {
  const size = (texts: readonly string[], { start, end }: Range) => {
    let sum = 0;
    for (let at = start; at < end; at++) sum += texts[at]!.length;
    return sum;
  };
  const sum = (side: 'old' | 'new', texts: readonly string[]) =>
    hunks.reduce((total, hunk) => total + size(texts, hunk[side]), 0);
  const [gone, come] = [sum('old', before), sum('new', after)];
  if (gone === 0 || come === 0 || isOneTag(gap, before, after)) return true;
  const all = size(before, gap.old);
  return all - gone >= LITTLE * Math.max(all, size(after, gap.new));
}

/** A stretch without the tags around it, where all else of it is text. */
function trimmed(gap: Hunk, before: readonly Token[], after: readonly Token[]): Hunk {
  let { start: o, end: oEnd } = gap.old;
  let { start: n, end: nEnd } = gap.new;
  for (; o < oEnd && n < nEnd && before[o]!.text === after[n]!.text; o++) n++;
  for (; oEnd > o && nEnd > n && before[oEnd - 1]!.text === after[nEnd - 1]!.text; oEnd--) nEnd--;
  const rest = [...before.slice(o, oEnd), ...after.slice(n, nEnd)];
  const isText = rest.every(({ kind }) => kind === 'word' || kind === 'expression');
  return isText ? { old: { start: o, end: oEnd }, new: { start: n, end: nEnd } } : gap;
}

/** Whether both sides are one tag of the same name, however much of its attributes changed. */
function isOneTag({ old, new: fresh }: Hunk, before: readonly string[], after: readonly string[]): boolean {
  const tagsIn = (texts: readonly string[], { start, end }: Range) =>
    texts.slice(start, end).filter((text) => text.length > 1 && text.startsWith('<'));
  const [one, other] = [tagsIn(before, old), tagsIn(after, fresh)];
  return one.length === 1 && other.length === 1 && one[0] === other[0] && before[old.start] === one[0];
}
