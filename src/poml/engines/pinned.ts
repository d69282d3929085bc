/**
 * Runs some work while the clock stands still and chance is seeded, for the whole process. What is `undefined` is
 * left as it is.
 *
 * @param now milliseconds since 1970
 * @param seed any number
 */
export async function pinned<T>(
  now: number | undefined,
  seed: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const RealDate = globalThis.Date;
  const realRandom = Math.random;
  if (now !== undefined) globalThis.Date = stoppedDate(RealDate, now);
  if (seed !== undefined) Math.random = mulberry32(seed);
  try {
    return await work();
  } finally {
    globalThis.Date = RealDate;
    Math.random = realRandom;
  }
}

/** A proxy rather than a subclass: it can be called without `new`, and what it makes are plain dates. */
function stoppedDate(RealDate: DateConstructor, now: number): DateConstructor {
  return new Proxy(RealDate, {
    construct: (_, args, made) => Reflect.construct(RealDate, args.length === 0 ? [now] : args, made),
    apply: () => new RealDate(now).toString(),
    get: (_, key) => (key === 'now' ? () => now : Reflect.get(RealDate, key)),
  });
}

/** Tommy Ettinger's generator: 32 bits of state, good enough for prompts. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
