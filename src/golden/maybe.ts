/** A value, or a promise of it. Text-only prompts render without a promise, so most verdicts are there at once. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a value must be awaited. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/**
 * Goes on with a value at once when it is there, and after it when it is a promise.
 *
 * @example
 * chain(render(markup), (prompt) => prompt.messages.length)
 */
export function chain<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Runs a step; an error it throws, now or later, becomes a value by `recover`. */
export function attempt<T>(
  step: () => MaybePromise<T>,
  recover: (error: unknown) => MaybePromise<T>,
): MaybePromise<T> {
  try {
    const value = step();
    return isPromise(value) ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}

/** `map` over a list whose items may or may not need waiting; a plain list when none does. */
export function mapMaybe<T, R>(items: readonly T[], step: (item: T) => MaybePromise<R>): MaybePromise<R[]> {
  const results = items.map(step);
  return results.some(isPromise) ? Promise.all(results) : (results as R[]);
}
