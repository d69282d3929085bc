/** Runs tasks in order of arrival, at most `limit` at the same time. */
export function createQueue(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < limit) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The place is handed over, not freed, so that nobody who comes now gets in before those who wait.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
