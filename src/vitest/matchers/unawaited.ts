import type { RunnerTestCase } from 'vitest';

/**
 * A result that may be awaited, or not: a test that forgets `await` waits for it at its end and fails with its
 * error. Without this a failure would be blamed on whatever test runs then, and the forgetful one stay green.
 */
export function awaitable(promise: Promise<void>, task: RunnerTestCase | undefined): Promise<void> {
  let taken = false;
  // Whoever takes it gets the rejection from there; the one here must not count as unhandled.
  promise.catch(() => {});
  task?.context.onTestFinished(async () => {
    if (!taken) await promise;
  });
  const take = <T>(step: () => T): T => {
    taken = true;
    return step();
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: being awaited is what must be noticed
    then: (onFulfilled, onRejected) => take(() => promise.then(onFulfilled, onRejected)),
    catch: (onRejected) => take(() => promise.catch(onRejected)),
    finally: (onFinally) => take(() => promise.finally(onFinally)),
    [Symbol.toStringTag]: 'Promise',
  };
}
