/** What tests of this file have not awaited yet. */
export class Unawaited {
  readonly #open = new Set<Promise<unknown>>();

  /**
   * A promise whose outcome must not get lost: until somebody waits for it, the end of the test does.
   * Jest itself hangs its own steps on what a matcher returns, so what is made of it is watched in its place.
   */
  watch<T>(promise: Promise<T>): Promise<T> {
    this.#open.add(promise);
    // Whoever takes it gets the rejection from there; the one here must not count as unhandled.
    promise.catch(() => {});
    const leave = () => this.#open.delete(promise);
    return {
      // biome-ignore lint/suspicious/noThenProperty: being awaited is what must be noticed
      then: (onFulfilled, onRejected) => {
        leave();
        return promise.then(onFulfilled, onRejected);
      },
      catch: (onRejected) => {
        leave();
        return this.watch(promise.catch(onRejected));
      },
      finally: (onFinally) => {
        leave();
        return this.watch(promise.finally(onFinally));
      },
      [Symbol.toStringTag]: 'Promise',
    };
  }

  /** For what a matcher returns: Jest takes it by `then` at once, and the test gets what comes of that. */
  matcherResult<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what Jest takes
      then: (onFulfilled, onRejected) => this.watch(promise.then(onFulfilled, onRejected)),
      catch: (onRejected) => this.watch(promise.catch(onRejected)),
      finally: (onFinally) => this.watch(promise.finally(onFinally)),
      [Symbol.toStringTag]: 'Promise',
    };
  }

  /** Waits for everything that nobody waited for; throws the first error of it. */
  async settle(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    const settled = await Promise.allSettled(open);
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
