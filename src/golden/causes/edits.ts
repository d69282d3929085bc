import { closeOf } from './align.ts';
import { type Comparison, compareMarkup, type Hunk, type Range, type Side } from './hunks.ts';
import { elementsAround, nameOf, type Token } from './tokens.ts';

/** One change that somebody made to a text of markup: it can be taken back without the others. */
export interface Edit {
  /** The places that belong together, in order: a tag and its end tag, or all places where only blanks changed. */
  places: EditPlace[];
  /** Only blanks and comments changed. */
  blank: boolean;
  /** It is, or stands in, a `<stylesheet>`. */
  stylesheet: boolean;
  /** The same text was taken out at one of its two places and put in at the other. */
  moved?: boolean;
}

/** A place of an edit. Offsets, `end` exclusive. */
export interface EditPlace {
  /** What changed, without the blanks around it. */
  old: Range;
  new: Range;
  /** What must be exchanged to take it back, with the blanks around it. */
  oldWhole: Range;
  newWhole: Range;
  /** Of attributes: the name of the element they are of. */
  element?: string;
  /** Of a start tag that was put around something: what that is. */
  around?: Range;
  /** Only the tags of an element were taken out, and not its content. */
  unwrapped?: boolean;
}

/** More are not told apart: a prompt with so many changes was written anew. */
const MAX_EDITS = 12;

/**
 * The edits that made a new text of a prompt from an old one.
 *
 * Places whose tags depend on each other are one edit, so that each can be taken back by itself and leave a text whose
 * tags fit. Beyond some number, edits that are near to each other are taken for one.
 */
export function editsBetween(oldText: string, newText: string): Edit[] {
  if (oldText === newText) return [];
  const comparison = compareMarkup(oldText, newText);
  const { hunks } = comparison;
  const places = hunks.map((_, i) => placeOf(i, comparison, oldText, newText));
  const moves = movesIn(comparison);
  const groups = coupled(comparison, moves);
  const edits = Array.from(groups, (members): Edit => {
    const own = members.map((i) => places[i]!);
    return {
      places: own,
      blank: false,
      stylesheet: members.every((i) => inStylesheet(hunks[i]!, comparison)),
      ...(members.length === 2 && moves.get(members[0]!) === members[1] && { moved: true }),
    };
  });
  const blanks = blankPlaces(comparison, oldText, newText);
  const few = fewer(edits);
  return blanks.length === 0 ? few : [...few, { places: blanks, blank: true, stylesheet: false }];
}

/**
 * The places that an edit is told by: of tags that depend on each other each has a line of its own, but for end tags whose
 * start is another of the places. What is scattered beyond counting stays together.
 */
export function toldPlaces({ places, blank, moved }: Edit, oldText: string, newText: string): EditPlace[][] {
  if (blank || moved || places.length > MAX_EDITS) return [places];
  const told = places
    .map((place) => ({ ...place, old: afterEnds(place.old, oldText), new: afterEnds(place.new, newText) }))
    .filter((place) => place.old.start < place.old.end || place.new.start < place.new.end);
  return told.length === 0 ? [places] : told.map((place) => [place]);
}

/** What follows the end tags that a stretch begins with: they end something in front of it. */
function afterEnds({ start, end }: Range, text: string): Range {
  const [ends] = /^(?:\s*<\/[^<>]*>)+\s*/.exec(text.slice(start, end)) ?? [''];
  return { start: start + ends.length, end };
}

/** The text with one edit taken back. */
export function takeBack(edit: Edit, oldText: string, newText: string): string {
  let text = '';
  let at = 0;
  for (const { oldWhole, newWhole } of edit.places) {
    text += newText.slice(at, newWhole.start) + oldText.slice(oldWhole.start, oldWhole.end);
    at = newWhole.end;
  }
  return text + newText.slice(at);
}

function placeOf(
  index: number,
  { hunks, old, new: fresh }: Comparison,
  oldText: string,
  newText: string,
): EditPlace {
  const hunk = hunks[index]!;
  const next = hunks[index + 1];
  // Parts of one change lie beside each other: the blanks between them belong to the later one.
  const beside = next?.old.start === hunk.old.end && next.new.start === hunk.new.end;
  const element = elementOfAttributes(hunk, old, fresh);
  const around = hunk.old.start === hunk.old.end ? contentAfter(hunk.new, fresh) : undefined;
  const unwrapped = hunk.new.start === hunk.new.end && contentAfter(hunk.old, old) !== undefined;
  return {
    old: visible(hunk.old, old.tokens, oldText),
    new: visible(hunk.new, fresh.tokens, newText),
    oldWhole: whole(hunk.old, beside, old.tokens, oldText),
    newWhole: whole(hunk.new, beside, fresh.tokens, newText),
    ...(element !== undefined && { element }),
    ...(around && { around }),
    ...(unwrapped && { unwrapped }),
  };
}

/** The name of the element of which only attributes changed. */
function elementOfAttributes(hunk: Hunk, old: Side, fresh: Side): string | undefined {
  const all = [
    ...old.tokens.slice(hunk.old.start, hunk.old.end),
    ...fresh.tokens.slice(hunk.new.start, hunk.new.end),
  ];
  if (!all.every(({ kind }) => kind === 'attribute')) return undefined;
  // Something removed was of the element of what follows it.
  const open = fresh.structure.parents[hunk.new.start] ?? -1;
  return open < 0 ? undefined : nameOf(fresh.tokens[open]!);
}

/** The content of the element whose start tag a stretch is, or ends with after end tags. */
function contentAfter({ start, end }: Range, { tokens, structure }: Side): Range | undefined {
  let open = start;
  while (open < end && tokens[open]!.kind === 'end') open++;
  const close = closeOf(open, tokens);
  const partner = structure.partners.get(open);
  if (tokens[open]?.kind !== 'open' || close !== end - 1 || partner === undefined) return undefined;
  if (partner - close < 2) return undefined;
  return { start: tokens[end]!.start, end: tokens[partner - 1]!.end };
}

/** So many words, or an element, are no coincidence. */
const MOVED = 4;

/** Of what was taken out at one place and put in at another the two hunks, by position; the first one to the second. */
function movesIn({ hunks, old, new: fresh }: Comparison): ReadonlyMap<number, number> {
  const moves = new Map<number, number>();
  const wanted = new Map<string, number>();
  const keyOf = ({ old: gone, new: come }: Hunk): string | undefined => {
    const [range, { tokens }, sign] = come.start === come.end ? [gone, old, '-'] : [come, fresh, '+'];
    if (gone.start !== gone.end && come.start !== come.end) return undefined;
    const own = tokens.slice(range.start, range.end);
    if (own.length < MOVED && !own.some(({ kind }) => kind === 'open')) return undefined;
    return sign + own.map(({ text }) => text).join(' ');
  };
  hunks.forEach((hunk, i) => {
    const key = keyOf(hunk);
    if (key === undefined) return;
    const other = (key.startsWith('-') ? '+' : '-') + key.slice(1);
    const known = wanted.get(other);
    if (known === undefined) wanted.set(key, i);
    else {
      moves.set(known, i);
      wanted.delete(other);
    }
  });
  return moves;
}

function visible({ start, end }: Range, tokens: readonly Token[], text: string): Range {
  if (start < end) return { start: tokens[start]!.start, end: tokens[end - 1]!.end };
  const at = tokens[start]?.start ?? tokens.at(-1)?.end ?? text.length;
  return { start: at, end: at };
}

/** From the end of what stands before to the start of what follows. */
function whole({ start, end }: Range, beside: boolean, tokens: readonly Token[], text: string): Range {
  return {
    start: tokens[start - 1]?.end ?? 0,
    end: beside ? (tokens[end - 1]?.end ?? 0) : (tokens[end]?.start ?? text.length),
  };
}

/** Groups the hunks whose tags depend on each other, by position; each group and the groups themselves in order. */
function coupled({ hunks, old, new: fresh }: Comparison, moves: ReadonlyMap<number, number>): number[][] {
  const parent = hunks.map((_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i]!;
    return i;
  };
  const join = (one: number | undefined, other: number | undefined) => {
    if (one === undefined || other === undefined) return;
    const [a, b] = [find(one), find(other)];
    parent[Math.max(a, b)] = Math.min(a, b);
  };
  const hunkOfOld = positions(hunks, 'old');
  const hunkOfNew = positions(hunks, 'new');
  const match = matched(hunks, old.tokens.length);
  const count = old.tokens.length;
  const joinTags = ({ tokens, structure }: Side, hunkOf: ReadonlyMap<number, number>) => {
    for (const [i, partner] of structure.partners) {
      join(hunkOf.get(i), hunkOf.get(partner));
      // `<a/>` that became `<a>…</a>` changed in its `/>` too.
      if (tokens[i]!.kind === 'open') join(hunkOf.get(closeOf(i, tokens)), hunkOf.get(partner));
    }
  };
  for (const [one, other] of moves) join(one, other);
  joinTags(old, hunkOfOld);
  joinTags(fresh, hunkOfNew);
  // A tag that stayed, and whose partner did not: what its partner was and what it is now belong together.
  for (let i = 0; i < count; i++) {
    const now = match(i);
    if (now === undefined) continue;
    const before = old.structure.partners.get(i);
    const after = fresh.structure.partners.get(now);
    if (before === undefined && after === undefined) continue;
    if (before !== undefined && match(before) === after) continue;
    const was = before === undefined ? undefined : hunkOfOld.get(before);
    const is = after === undefined ? undefined : hunkOfNew.get(after);
    join(was, is);
  }
  const groups = new Map<number, number[]>();
  hunks.forEach((_, i) => {
    const root = find(i);
    groups.set(root, [...(groups.get(root) ?? []), i]);
  });
  return [...groups.values()];
}

/** In which hunk a token is. */
function positions(hunks: readonly Hunk[], side: 'old' | 'new'): Map<number, number> {
  const found = new Map<number, number>();
  hunks.forEach((hunk, i) => {
    for (let at = hunk[side].start; at < hunk[side].end; at++) found.set(at, i);
  });
  return found;
}

/** Finds the new position of a token that stayed. */
function matched(hunks: readonly Hunk[], count: number): (old: number) => number | undefined {
  const moved = new Array<number | undefined>(count);
  let shift = 0;
  let at = 0;
  for (const { old, new: fresh } of hunks) {
    for (; at < old.start; at++) moved[at] = at + shift;
    at = old.end;
    shift = fresh.end - old.end;
  }
  for (; at < count; at++) moved[at] = at + shift;
  return (i) => moved[i];
}

/** Places where only blanks and comments changed, between tokens that stayed. */
function blankPlaces({ hunks, old, new: fresh }: Comparison, oldText: string, newText: string): EditPlace[] {
  const match = matched(hunks, old.tokens.length);
  const places: EditPlace[] = [];
  for (let i = 0; i <= old.tokens.length; i++) {
    const before = i === 0 ? -1 : match(i - 1);
    const after = i === old.tokens.length ? fresh.tokens.length : match(i);
    if (before === undefined || after === undefined || after !== before + 1) continue;
    const oldWhole = { start: old.tokens[i - 1]?.end ?? 0, end: old.tokens[i]?.start ?? oldText.length };
    const newWhole = {
      start: fresh.tokens[before]?.end ?? 0,
      end: fresh.tokens[after]?.start ?? newText.length,
    };
    if (oldText.slice(oldWhole.start, oldWhole.end) === newText.slice(newWhole.start, newWhole.end)) continue;
    places.push({ old: oldWhole, new: newWhole, oldWhole, newWhole });
  }
  return places;
}

function inStylesheet(hunk: Hunk, { old, new: fresh }: Comparison): boolean {
  const [{ tokens, structure }, at] =
    hunk.new.start < hunk.new.end ? [fresh, hunk.new.start] : [old, hunk.old.start];
  for (const open of elementsAround(at, tokens, structure))
    if (/^stylesheet$/i.test(nameOf(tokens[open]!))) return true;
  return false;
}

/** At most so many edits as are told apart: those that are nearest to each other become one. */
function fewer(edits: readonly Edit[]): Edit[] {
  if (edits.length <= MAX_EDITS) return [...edits];
  const gaps = edits.slice(1).map((edit, i) => edit.places[0]!.new.start - edits[i]!.places[0]!.new.start);
  const widest = gaps
    .map((gap, i) => ({ gap, i }))
    .sort((one, other) => other.gap - one.gap || one.i - other.i);
  const starts = new Set(widest.slice(0, MAX_EDITS - 1).map(({ i }) => i + 1));
  const result: Edit[] = [];
  edits.forEach((edit, i) => {
    const last = result.at(-1);
    if (!last || starts.has(i)) {
      result.push({ ...edit, places: [...edit.places] });
    } else {
      last.places.push(...edit.places);
      last.stylesheet &&= edit.stylesheet;
    }
  });
  for (const { places } of result) places.sort((one, other) => one.newWhole.start - other.newWhole.start);
  return result;
}
