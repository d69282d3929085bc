import { expect, test } from 'vitest';
import { createQueue } from './queue.ts';

test('runs in order, never more than allowed, and goes on after a failure', async () => {
  const inTurn = createQueue(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const tasks = Array.from({ length: 7 }, (_, index) =>
    inTurn(async () => {
      started.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (index === 1) throw new Error('one');
      return index;
    }),
  );
  const results = await Promise.allSettled(tasks);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(2);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    ...Array<string>(5).fill('fulfilled'),
  ]);
});
