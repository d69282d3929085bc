import { alignTokens } from './align.ts';
import { nameOf, type Structure, structureOf, type Token, tokensOf } from './tokens.ts';

/** A stretch of a list, `end` exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Tokens of two texts, by their positions: the old ones became the new ones. */
export interface Hunk {
  old: Range;
  new: Range;
}

/** A text of a prompt, taken apart. */
export interface Side {
  tokens: readonly Token[];
  structure: Structure;
}

/** Two texts of a prompt and what differs. */
export interface Comparison {
  old: Side;
  new: Side;
  /** What differs, in order. Blanks and comments do not count. */
  hunks: Hunk[];
}

/** Compares two texts of a prompt by their tokens. */
export function compareMarkup(oldText: string, newText: string): Comparison {
  const before = tokensOf(oldText);
  const after = tokensOf(newText);
  const old = { tokens: before, structure: structureOf(before) };
  const fresh = { tokens: after, structure: structureOf(after) };
  const raw = alignTokens(oldText, newText, old, fresh);
  const whole: Hunk[] = [];
  raw.forEach((hunk, i) => {
    whole.push(slid(hunk, [whole[i - 1], raw[i + 1]], [old, fresh], [oldText, newText]));
  });
  const one = (hunk: Hunk, other: Hunk) => isOneChange(hunk, other, old, fresh, newText);
  const hunks = joined(whole, one).flatMap((hunk) => split(hunk, old, fresh));
  return { old, new: fresh, hunks };
}

/** Joins hunks between which only little stayed the same, as in a sentence that was written anew. */
function joined(hunks: readonly Hunk[], isOne: (one: Hunk, other: Hunk) => boolean): Hunk[] {
  const result: Hunk[] = [];
  for (const hunk of hunks) {
    const last = result.at(-1);
    if (last && isOne(last, hunk)) {
      last.old.end = hunk.old.end;
      last.new.end = hunk.new.end;
    } else {
      result.push({ old: { ...hunk.old }, new: { ...hunk.new } });
    }
  }
  return result;
}

/** So many words that stayed do not keep two changes of a sentence apart. */
const FEW = 2;
/** Elements that stand in a sentence. */
const IN_SENTENCE =
  /^(?:b|bold|strong|i|italic|em|u|underline|s|strike|strikethrough|span|inline|br|code|a)$/i;

/**
 * Whether two hunks are one change. What stayed between them counts by its characters: in a sentence it must not be longer
 * than what changed on one side of it, elsewhere than on either. Across the border of an element only what begins or ends there is one.
 */
function isOneChange(one: Hunk, other: Hunk, old: Side, fresh: Side, newText: string): boolean {
  const between = { start: one.new.end, end: other.new.start };
  const tokens = fresh.tokens.slice(between.start, between.end);
  const hasBorder = tokens.some(
    (token, i) => isOfTag(token) && !IN_SENTENCE.test(elementOf(between.start + i, fresh)),
  );
  if (hasBorder && [one, other].some((hunk) => isComplete(hunk.old, old) && isComplete(hunk.new, fresh)))
    return false;
  if (tokens.length <= FEW && !tokens.some(isTag)) return true;
  const size = (list: readonly Token[]) => list.reduce((sum, { text }) => sum + text.length, 0);
  const changed = (hunk: Hunk) =>
    Math.max(
      size(old.tokens.slice(hunk.old.start, hunk.old.end)),
      size(fresh.tokens.slice(hunk.new.start, hunk.new.end)),
    );
  const from = fresh.tokens[between.start - 1]?.end ?? 0;
  const to = fresh.tokens[between.end]?.start ?? newText.length;
  const isSentence = !hasBorder && !/[\n]|[.!?:;]\s/.test(newText.slice(from, to));
  const limit = isSentence ? Math.max : Math.min;
  return size(tokens) <= limit(changed(one), changed(other));
}

/** Whether a stretch is text, attributes, or elements as a whole: nothing that begins or ends somewhere else. */
function isComplete(range: Range, { tokens, structure }: Side): boolean {
  const inside = tokens.slice(range.start, range.end);
  if (inside.every(({ kind }) => kind === 'attribute')) return true;
  return topLevel(range, tokens, structure).every(
    ({ name, start }) => name !== undefined || !isOfTag(tokens[start]!),
  );
}

/** The name of the element that a part of a tag belongs to. */
function elementOf(at: number, { tokens, structure }: Side): string {
  const open = tokens[at]!.kind === 'open' ? at : structure.parents[at]!;
  return open < 0 ? '' : nameOf(tokens[open]!);
}

/**
 * Something added between alike neighbours, as an item of a list, can be seen in several places: `<i>[a</i><i>]b</i>` is
 * `[<i>a</i>]<i>b</i>` too. Moves it to where it is a whole element, else to where a line begins, if there is such a place.
 */
function slid(
  hunk: Hunk,
  [previous, next]: readonly [Hunk | undefined, Hunk | undefined],
  [old, fresh]: readonly [Side, Side],
  [oldText, newText]: readonly [string, string],
): Hunk {
  const side = hunk.old.start === hunk.old.end ? 'new' : 'old';
  if (side === 'old' && hunk.new.start !== hunk.new.end) return hunk;
  const { tokens, structure } = side === 'new' ? fresh : old;
  const { start, end } = hunk[side];
  const isWhole = (by: number) =>
    endOfElement(start + by, end + by, tokens, structure.partners) !== undefined;
  // One token before goes in where the last one goes out, or the other way round: the same text, so nothing else changes.
  const alike = (by: number) => tokens[start + by]?.text === tokens[end + by]?.text;
  const first = Math.max(-MAX_SLIDE, (previous?.[side].end ?? 0) - start);
  const last = Math.min(MAX_SLIDE, (next?.[side].start ?? tokens.length) - end);
  const shifts = [0];
  for (let by = -1; by >= first && alike(by); by--) shifts.push(by);
  for (let by = 1; by <= last && alike(by - 1); by++) shifts.push(by);
  const text = side === 'new' ? newText : oldText;
  const startsLine = (by: number) =>
    text.slice(tokens[start + by - 1]?.end ?? 0, tokens[start + by]?.start).includes('\n');
  const best = shifts.find(isWhole) ?? shifts.find(startsLine) ?? 0;
  return best === 0 ? hunk : shifted(hunk, best);
}

const MAX_SLIDE = 50;

function shifted({ old, new: fresh }: Hunk, by: number): Hunk {
  const shift = ({ start, end }: Range) => ({ start: start + by, end: end + by });
  return { old: shift(old), new: shift(fresh) };
}

/** Elements that say something of their own, wherever they stand. */
const DECLARATIONS = /^(?:output-?schema|runtime|tool|tool-?definition|tools|stylesheet|let)$/i;

/**
 * Takes whole elements out of a hunk that are a change of their own: declarations, and what was put in (or taken out)
 * beside a tag that wraps other content. Only where the other side has no element of that name, which they could have
 * been made of.
 */
function split(hunk: Hunk, old: Side, fresh: Side): Hunk[] {
  const parts = splitSide(hunk.new, fresh, namesIn(hunk.old, old));
  if (parts.length > 0) return share(hunk.old, parts).map(([inOld, inNew]) => ({ old: inOld, new: inNew }));
  const gone = splitSide(hunk.old, old, namesIn(hunk.new, fresh));
  if (gone.length > 0) return share(hunk.new, gone).map(([inNew, inOld]) => ({ old: inOld, new: inNew }));
  return [hunk];
}

interface Part extends Range {
  /** An element of its own. */
  apart: boolean;
}

/** The parts of one side of a hunk; none when it stays as it is. */
function splitSide(range: Range, { tokens, structure }: Side, others: ReadonlySet<string>): Part[] {
  const pieces = topLevel(range, tokens, structure);
  const wraps = pieces.some(({ name, start }) => name === undefined && isTag(tokens[start]!));
  const parts: Part[] = [];
  for (const { start, end, name } of pieces) {
    const apart = name !== undefined && !others.has(name) && (wraps || DECLARATIONS.test(name));
    const last = parts.at(-1);
    if (last && !last.apart && !apart) last.end = end;
    else parts.push({ start, end, apart });
  }
  return parts.some(({ apart }) => apart) && parts.length > 1 ? parts : [];
}

/** Shares the other side of a hunk among the parts of one: all of it goes to the first part that is no element of its own. */
function share(other: Range, parts: readonly Part[]): [Range, Range][] {
  const holder = parts.findIndex(({ apart }) => !apart);
  const pairs = parts.map(({ start, end }, i): [Range, Range] => {
    const at = i < holder || holder < 0 ? other.start : other.end;
    return [i === holder ? { ...other } : { start: at, end: at }, { start, end }];
  });
  const { end } = parts.at(-1)!;
  return holder < 0 && other.start < other.end ? [...pairs, [{ ...other }, { start: end, end }]] : pairs;
}

interface Piece extends Range {
  /** Of a whole element. */
  name?: string;
}

/** Whole elements and single tokens in their order. */
function topLevel(range: Range, tokens: readonly Token[], { partners }: Structure): Piece[] {
  const pieces: Piece[] = [];
  for (let at = range.start; at < range.end; ) {
    const end = endOfElement(at, range.end, tokens, partners);
    pieces.push(
      end === undefined ? { start: at, end: at + 1 } : { start: at, end, name: nameOf(tokens[at]!) },
    );
    at = end ?? at + 1;
  }
  return pieces;
}

function endOfElement(
  at: number,
  limit: number,
  tokens: readonly Token[],
  partners: Structure['partners'],
): number | undefined {
  if (tokens[at]?.kind !== 'open') return undefined;
  const partner = partners.get(at);
  if (partner !== undefined) return partner < limit ? partner + 1 : undefined;
  let end = at + 1;
  while (end < limit && tokens[end]!.kind === 'attribute') end++;
  return end < limit && tokens[end]!.text === '/>' ? end + 1 : undefined;
}

function namesIn({ start, end }: Range, { tokens }: Side): Set<string> {
  return new Set(
    tokens
      .slice(start, end)
      .filter(({ kind }) => kind === 'open')
      .map(nameOf),
  );
}

function isTag({ kind }: Token): boolean {
  return kind === 'open' || kind === 'end';
}

function isOfTag({ kind }: Token): boolean {
  return kind !== 'word' && kind !== 'expression';
}
