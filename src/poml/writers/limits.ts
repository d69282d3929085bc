import { decodeTokens, encodeTokens } from '../assets/tokens.ts';
import type { ElementNode } from '../tree/nodes.ts';

export interface TruncateOptions {
  readonly truncateMarker: string;
  readonly truncateDirection: unknown;
  readonly tokenEncodingModel: string;
}

export function truncateOptions(options: Record<string, unknown>): TruncateOptions {
  return {
    truncateMarker: (options.truncateMarker ?? ' (...truncated)') as string,
    truncateDirection: options.truncateDirection ?? 'end',
    tokenEncodingModel: (options.tokenEncodingModel ?? 'gpt-4o') as string,
  };
}

/** Soft limits of an element, in UTF-16 units and in tokens. NaN, from a limit that is no number, limits nothing. */
export interface Limits {
  readonly characters: number | undefined;
  readonly tokens: number | undefined;
}

export const UNLIMITED: Limits = { characters: undefined, tokens: undefined };

export function limitsOf(node: ElementNode): Limits {
  const { charLimit, tokenLimit } = node.attributes;
  if (charLimit === undefined && tokenLimit === undefined) return UNLIMITED;
  return {
    characters: charLimit === undefined ? undefined : Number.parseInt(charLimit, 10),
    tokens: tokenLimit === undefined ? undefined : Number.parseInt(tokenLimit, 10),
  };
}

export function isLimited(limits: Limits): boolean {
  return limits.characters !== undefined || limits.tokens !== undefined;
}

/** The kept part of a sequence of `length`, as ranges to slice: from the end, the start, or both ends. */
function keep<T extends { slice(start: number, end?: number): T }>(
  sequence: T & { length: number },
  limit: number,
  direction: unknown,
  join: (head: T, tail: T) => T,
): T {
  if (direction === 'start') return sequence.slice(sequence.length - limit);
  if (direction === 'middle') {
    const head = Math.ceil(limit / 2);
    return join(sequence.slice(0, head), sequence.slice(sequence.length - (limit - head)));
  }
  return sequence.slice(0, limit);
}

/** A text cut to its limits, with the marker added where it was cut. The marker does not count. */
export function truncate(text: string, limits: Limits, options: TruncateOptions): string {
  const { characters, tokens } = limits;
  if (characters === undefined && tokens === undefined) return text;
  const { truncateDirection: direction, truncateMarker: marker, tokenEncodingModel: model } = options;
  let kept = text;
  let cut = false;
  if (characters !== undefined && kept.length > characters) {
    cut = true;
    kept = keep<string>(kept, characters, direction, (head, tail) => head + tail);
  }
  // A token is at least a byte, so a short text needs no tokenizer.
  if (tokens !== undefined && !(Buffer.byteLength(kept) <= tokens)) {
    // Only the end of the text is cut off: what comes after the limit need not be known.
    const fromStart = direction !== 'start' && direction !== 'middle';
    const encoded = encodeTokens(kept, model, fromStart ? upTo(tokens) : undefined);
    if (encoded.length > tokens) {
      cut = true;
      kept = decodeTokens(
        keep<number[]>(encoded, tokens, direction, (head, tail) => head.concat(tail)),
        model,
      );
    }
  }
  if (!cut) return text;
  if (direction === 'start') return marker + kept;
  if (direction === 'middle') {
    const middle = Math.ceil(kept.length / 2);
    return kept.slice(0, middle) + marker + kept.slice(middle);
  }
  return kept + marker;
}

/** How many tokens of a text tell that it is over its limit. A negative limit counts from the end. */
function upTo(limit: number): number | undefined {
  return limit >= 0 ? limit + 1 : undefined;
}

/**
 * Tokens as POML counts them when it drops what has the lowest priority: a text that cannot exceed the limit is
 * estimated at a quarter of its bytes.
 */
function estimatedTokens(text: string, limit: number, model: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes <= limit ? Math.ceil(bytes / 4) : encodeTokens(text, model, upTo(limit)).length;
}

/**
 * Drops the boxes of the lowest priority, all at once, for as long as the whole is over its limits and there are
 * boxes of different priority.
 */
export function dropByPriority<Box extends { readonly text: string; readonly priority: number | undefined }>(
  boxes: readonly Box[],
  limits: Limits,
  options: TruncateOptions,
): readonly Box[] {
  if (!isLimited(limits)) return boxes;
  const { characters, tokens } = limits;
  const priorityOf = (box: Box) => box.priority ?? 0;
  // A priority that is no number is never the lowest, and no other is while it is there.
  if (boxes.some((box) => Number.isNaN(priorityOf(box)))) return boxes;
  const sizes = boxes.map((box) => ({
    priority: priorityOf(box),
    characters: box.text.length,
    tokens: tokens === undefined ? 0 : estimatedTokens(box.text, tokens, options.tokenEncodingModel),
  }));
  let sum = { characters: 0, tokens: 0 };
  for (const size of sizes)
    sum = { characters: sum.characters + size.characters, tokens: sum.tokens + size.tokens };
  sizes.sort((a, b) => a.priority - b.priority);
  const highest = sizes.at(-1)?.priority;
  let dropped = 0;
  while (
    dropped < sizes.length &&
    sizes[dropped]!.priority !== highest &&
    ((characters !== undefined && sum.characters > characters) ||
      (tokens !== undefined && sum.tokens > tokens))
  ) {
    const { priority: lowest } = sizes[dropped]!;
    for (; sizes[dropped]?.priority === lowest; dropped++) {
      sum.characters -= sizes[dropped]!.characters;
      sum.tokens -= sizes[dropped]!.tokens;
    }
  }
  if (dropped === 0) return boxes;
  const least = sizes[dropped]!.priority;
  return boxes.filter((box) => priorityOf(box) >= least);
}
