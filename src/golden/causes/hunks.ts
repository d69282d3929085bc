import { diffArrays } from 'diff';
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

/** More edits than this are not looked for: the texts then share next to nothing. */
const MAX_EDIT_LENGTH = 800;

/** Compares two texts of a prompt by their tokens. */
export function compareMarkup(oldText: string, newText: string): Comparison {
  const before = tokensOf(oldText);
  const after = tokensOf(newText);
  const old = { tokens: before, structure: structureOf(before) };
  const fresh = { tokens: after, structure: structureOf(after) };
  const rough = joined(rawHunks(oldText, newText, before, after), before, after);
  const hunks = rough
    .map((hunk, i) => slid(hunk, rough[i - 1], rough[i + 1], old, fresh))
    .flatMap((hunk) => split(hunk, old, fresh));
  return { old, new: fresh, hunks };
}

function rawHunks(
  oldText: string,
  newText: string,
  before: readonly Token[],
  after: readonly Token[],
): Hunk[] {
  let start = 0;
  const shortest = Math.min(before.length, after.length);
  while (start < shortest && before[start]!.text === after[start]!.text) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end)!.text === after.at(-1 - end)!.text) end++;
  const old = { start, end: before.length - end };
  const fresh = { start, end: after.length - end };
  return (
    diffRows(rowsOfTokens(before, old), rowsOfTokens(after, fresh), old, fresh) ??
    diffRows(rowsOfLines(before, old, oldText), rowsOfLines(after, fresh, newText), old, fresh) ?? [
      { old, new: fresh },
    ]
  );
}

/** A run of tokens that is compared as a whole. */
interface Row extends Range {
  key: string;
}

function rowsOfTokens(tokens: readonly Token[], { start, end }: Range): Row[] {
  return tokens.slice(start, end).map(({ text }, i) => ({ key: text, start: start + i, end: start + i + 1 }));
}

/** Tokens by the line they begin in. */
function rowsOfLines(tokens: readonly Token[], { start, end }: Range, source: string): Row[] {
  const rows: Row[] = [];
  for (let at = start; at < end; at++) {
    const { text, start: offset } = tokens[at]!;
    const row = rows.at(-1);
    if (row && !source.slice(tokens[at - 1]!.end, offset).includes('\n')) {
      row.key += ` ${text}`;
      row.end = at + 1;
    } else {
      rows.push({ key: text, start: at, end: at + 1 });
    }
  }
  return rows;
}

/** The hunks between two lists of rows; `undefined` when they share too little. */
function diffRows(
  before: readonly Row[],
  after: readonly Row[],
  old: Range,
  fresh: Range,
): Hunk[] | undefined {
  const keys = (rows: readonly Row[]) => rows.map(({ key }) => key);
  const changes = diffArrays(keys(before), keys(after), { maxEditLength: MAX_EDIT_LENGTH });
  if (!changes) return undefined;
  const hunks: Hunk[] = [];
  let o = 0;
  let n = 0;
  let open: Hunk | undefined;
  for (const { added, removed, count } of changes) {
    if (!added && !removed) {
      o += count;
      n += count;
      open = undefined;
      continue;
    }
    if (!open) {
      const [inOld, inNew] = [before[o]?.start ?? old.end, after[n]?.start ?? fresh.end];
      open = { old: { start: inOld, end: inOld }, new: { start: inNew, end: inNew } };
      hunks.push(open);
    }
    if (removed) {
      o += count;
      open.old.end = before[o - 1]!.end;
    } else {
      n += count;
      open.new.end = after[n - 1]!.end;
    }
  }
  return hunks;
}

/**
 * Joins hunks between which only little stayed the same, as in a sentence that was written anew. What stayed counts by
 * its characters, and never when it is longer than what changed on both sides of it.
 */
function joined(hunks: readonly Hunk[], before: readonly Token[], after: readonly Token[]): Hunk[] {
  const result: Hunk[] = [];
  for (const hunk of hunks) {
    const last = result.at(-1);
    if (last && isSlight(last, hunk, before, after)) {
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

function isSlight(one: Hunk, other: Hunk, before: readonly Token[], after: readonly Token[]): boolean {
  const between = after.slice(one.new.end, other.new.start);
  if (between.length <= FEW && !between.some(isTag)) return true;
  const size = (tokens: readonly Token[]) => tokens.reduce((sum, { text }) => sum + text.length, 0);
  const changed = (hunk: Hunk) =>
    Math.max(
      size(before.slice(hunk.old.start, hunk.old.end)),
      size(after.slice(hunk.new.start, hunk.new.end)),
    );
  return size(between) <= Math.min(changed(one), changed(other));
}

/**
 * Something added between alike neighbours, as an item of a list, can be seen in several places: `<i>[a</i><i>]b</i>` is
 * `[<i>a</i>]<i>b</i>` too. Moves it to where it is a whole element, if there is such a place.
 */
function slid(hunk: Hunk, previous: Hunk | undefined, next: Hunk | undefined, old: Side, fresh: Side): Hunk {
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
  for (let by = 0; by >= first && (by === 0 || alike(by)); by--) if (isWhole(by)) return shifted(hunk, by);
  for (let by = 1; by <= last && alike(by - 1); by++) if (isWhole(by)) return shifted(hunk, by);
  return hunk;
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
