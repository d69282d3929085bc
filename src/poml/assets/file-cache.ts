import { type Stats, statSync } from 'node:fs';

/** Files of this size together are kept from one render to the next. */
export const MAX_CACHED_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

/** A file that was read; its bytes are never handed out, only copies of them, and text. */
export interface CachedContent {
  readonly bytes: Buffer;
  text?: string;
}

/** A path and where it leads. */
export interface KnownFile {
  /** `undefined` for what does not exist. */
  readonly stats: Stats | undefined;
  /** The path with all links followed. */
  readonly real: string;
  content: CachedContent | undefined;
}

const entries = new Map<string, KnownFile>();
let cachedBytes = 0;

function isSame(a: Stats, b: Stats): boolean {
  return (
    a.ino === b.ino &&
    a.dev === b.dev &&
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs
  );
}

/**
 * What is known of a path from earlier renders, as long as one look at it shows that it leads to the same file in
 * the same state. Ten thousand renders read the same few includes; following links and reading each time is most
 * of the time they take.
 */
export function knownFile(absolute: string): KnownFile | undefined {
  const entry = entries.get(absolute);
  if (entry === undefined) return undefined;
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats !== undefined && entry.stats !== undefined && isSame(stats, entry.stats)) return entry;
  forget(absolute);
  return undefined;
}

/** Takes note of where a path leads. What is missing is not kept for the next render. */
export function rememberFile(absolute: string, real: string): KnownFile {
  const stats = statSync(absolute, { throwIfNoEntry: false });
  const entry: KnownFile = { stats, real, content: undefined };
  if (stats !== undefined) {
    while (entries.size >= MAX_ENTRIES) forget(entries.keys().next().value!);
    entries.set(absolute, entry);
  }
  return entry;
}

/** Keeps what was read, unless the file has changed since the entry was made or the cache would grow too large. */
export function rememberContent(absolute: string, entry: KnownFile, content: CachedContent): void {
  const { length } = content.bytes;
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (entries.get(absolute) !== entry || stats === undefined || entry.stats === undefined) return;
  if (!isSame(stats, entry.stats)) return;
  if (cachedBytes + length > MAX_CACHED_BYTES) {
    entries.clear();
    cachedBytes = 0;
    return;
  }
  entry.content = content;
  cachedBytes += length;
}

function forget(absolute: string): void {
  cachedBytes -= entries.get(absolute)?.content?.bytes.length ?? 0;
  entries.delete(absolute);
}
