/** What js-tiktoken publishes of an encoding. */
export interface RankTable {
  /** Splits a text into the pieces that are encoded one by one. */
  readonly pat_str: string;
  readonly special_tokens: Readonly<Record<string, number>>;
  /** Lines of `! <first rank> <base64 of the token> <base64 of the next> …`. */
  readonly bpe_ranks: string;
}

/** An encoding of text as tokens. */
export interface Encoding {
  /**
   * Splits and encodes; special tokens are text like any other.
   * @param most how many tokens are wanted; a longer text gives these at least
   */
  encode(text: string, most?: number): number[];
  /** The number of tokens {@link encode} gives. */
  count(text: string): number;
  decode(tokens: readonly number[]): string;
  /** A special token in the text, or `undefined`. */
  findSpecial(text: string): string | undefined;
}

/** How many words the number of tokens is kept of, and how long they may be, in UTF-16 units. */
const MAX_KEPT = 20_000;
const MAX_KEPT_LENGTH = 40;
/** Texts up to this length, in UTF-16 units, are split in one go, which takes half the time and all the memory. */
const MAX_AT_ONCE = 100_000;

/** Ranks and positions in one number: ranks are below 2^20, a piece below 2^32 bytes. */
const POSITION_RANGE = 2 ** 32;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Byte pair encoding with the tables of js-tiktoken and the same tokens as js-tiktoken. Own code because the
 * library's merge looks at all pairs again after every merge, which takes minutes for one long word, and its
 * `push(...tokens)` overflows the stack. Bytes are kept as strings of one unit per byte.
 */
export function createEncoding(table: RankTable): Encoding {
  const ranks = new Ranks(table.bpe_ranks);
  const special = Object.keys(table.special_tokens);
  const specialByRank = new Map(
    Object.entries(table.special_tokens).map(([text, rank]) => [rank, bytesOf(text)]),
  );

  const rankBetween = (piece: string, start: number, end: number): number | undefined =>
    end - start > ranks.longest ? undefined : ranks.of(piece.slice(start, end));

  /** Stops after `most` tokens, or somewhat more. */
  function forEachToken(text: string, visit: (token: number) => void, most = Number.POSITIVE_INFINITY): void {
    let count = 0;
    const visitCounting = (token: number) => {
      count++;
      visit(token);
    };
    // A fresh pattern, because the state of a global one would be shared.
    for (const [match] of text.matchAll(new RegExp(table.pat_str, 'ug'))) {
      const piece = bytesOf(match);
      const whole = rankBetween(piece, 0, piece.length);
      if (whole === undefined) mergePairs(piece, rankBetween, visitCounting);
      else visitCounting(whole);
      if (count >= most) return;
    }
  }

  /** Words come again and again; long ones, of which there may be any number, are not kept. */
  const counts = new Map<string, number>();
  const countOf = (match: string): number => {
    const known = counts.get(match);
    if (known !== undefined) return known;
    let count = 0;
    const piece = bytesOf(match);
    if (rankBetween(piece, 0, piece.length) === undefined) mergePairs(piece, rankBetween, () => count++);
    else count = 1;
    if (match.length <= MAX_KEPT_LENGTH) {
      if (counts.size >= MAX_KEPT) counts.clear();
      counts.set(match, count);
    }
    return count;
  };

  return {
    encode(text, most) {
      const encoded: number[] = [];
      forEachToken(text, (token) => encoded.push(token), most);
      return encoded;
    },
    count(text) {
      const pattern = new RegExp(table.pat_str, 'ug');
      let count = 0;
      if (text.length <= MAX_AT_ONCE) for (const match of text.match(pattern) ?? []) count += countOf(match);
      else for (const [match] of text.matchAll(pattern)) count += countOf(match);
      return count;
    },
    decode(encoded) {
      const bytes = encoded.map((token) => ranks.bytes(token) ?? specialByRank.get(token) ?? '').join('');
      return new TextDecoder('utf-8').decode(Buffer.from(bytes, 'latin1'));
    },
    findSpecial: (text) => special.find((token) => text.includes(token)),
  };
}

/** How many byte strings the rank is kept of, and how long they may be. */
const MAX_RANKS_KEPT = 50_000;
const MAX_RANKED_LENGTH = 24;

/**
 * The ranks of a table. Its tokens stay where they are written, in base64, and are sorted by their first two characters only:
 * to take out all 200,000 takes longer than to count the tokens of many a prompt.
 */
class Ranks {
  /** Of the longest token, in bytes, at most two more. */
  readonly longest: number;
  readonly #table: string;
  /** Where tokens start in the table, by rank. */
  readonly #starts: number[] = [];
  /** By the first two characters: ranks, and once one was asked for, ranks by token. */
  readonly #groups: (number[] | Map<string, number>)[];
  readonly #known = new Map<string, number | undefined>();

  constructor(table: string) {
    this.#table = table;
    let longest = 0;
    const groups: number[][] = [];
    for (let lineStart = 0; lineStart < table.length; ) {
      const firstRank = table.indexOf(' ', lineStart) + 1;
      let end = endOfWord(table, firstRank);
      let rank = Number(table.slice(firstRank, end));
      while (table.charCodeAt(end) === SPACE) {
        const start = end + 1;
        end = endOfWord(table, start);
        const key = groupAt(table, start);
        const group = groups[key];
        if (group) group.push(rank);
        else groups[key] = [rank];
        this.#starts[rank++] = start;
        if (end - start > longest) longest = end - start;
      }
      lineStart = end + 1;
    }
    this.longest = (longest / 4) * 3;
    this.#groups = groups;
  }

  of(bytes: string): number | undefined {
    const known = this.#known.get(bytes);
    if (known !== undefined || this.#known.has(bytes)) return known;
    const base64 = Buffer.from(bytes, 'latin1').toString('base64');
    const rank = this.#group(groupAt(base64, 0))?.get(base64);
    if (bytes.length <= MAX_RANKED_LENGTH) {
      if (this.#known.size >= MAX_RANKS_KEPT) this.#known.clear();
      this.#known.set(bytes, rank);
    }
    return rank;
  }

  bytes(rank: number): string | undefined {
    const base64 = this.#encoded(rank);
    return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('latin1');
  }

  #encoded(rank: number): string | undefined {
    const start = this.#starts[rank];
    return start === undefined ? undefined : this.#table.slice(start, endOfWord(this.#table, start));
  }

  #group(key: number): ReadonlyMap<string, number> | undefined {
    const group = this.#groups[key];
    if (!Array.isArray(group)) return group;
    const byToken = new Map(group.map((rank) => [this.#encoded(rank)!, rank]));
    this.#groups[key] = byToken;
    return byToken;
  }
}

function groupAt(base64: string, start: number): number {
  return base64.charCodeAt(start) * 128 + base64.charCodeAt(start + 1);
}

const SPACE = 32;

/** Where a word ends: at a space, a line break, or the end of the text. */
function endOfWord(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) > SPACE) end++;
  return end;
}

function bytesOf(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * Joins neighbours, always the pair of the lowest rank and of equal ones the leftmost, until no pair is a token.
 * A heap holds the pairs; one whose parts have changed since is recognised by its rank.
 */
function mergePairs(
  piece: string,
  rankBetween: (piece: string, start: number, end: number) => number | undefined,
  visit: (token: number) => void,
): void {
  const length = piece.length;
  /** By the start of a part: where it ends, and where the part before it starts. Dead starts have no end. */
  const ends = new Uint32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const heap = new MinHeap();
  const pairRank = (start: number): number | undefined => {
    const middle = ends[start]!;
    return middle < length ? rankBetween(piece, start, ends[middle]!) : undefined;
  };
  const offer = (start: number): void => {
    const rank = pairRank(start);
    if (rank !== undefined) heap.push(rank * POSITION_RANGE + start);
  };
  for (let start = 0; start < length; start++) {
    ends[start] = start + 1;
    previous[start] = start - 1;
  }
  for (let start = 0; start < length - 1; start++) offer(start);
  for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
    const start = top % POSITION_RANGE;
    if (ends[start] === 0 || pairRank(start) !== (top - start) / POSITION_RANGE) continue;
    const middle = ends[start]!;
    const end = ends[middle]!;
    ends[start] = end;
    ends[middle] = 0;
    previous[end] = start;
    offer(start);
    if (previous[start]! >= 0) offer(previous[start]!);
  }
  for (let start = 0; start < length; start = ends[start]!) {
    const rank = rankBetween(piece, start, ends[start]!);
    if (rank !== undefined) visit(rank);
  }
}

class MinHeap {
  private readonly items: number[] = [];

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= item) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
