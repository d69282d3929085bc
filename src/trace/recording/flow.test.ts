import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { emptyCell, enterCall, lastCall, leaveCall } from './flow.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('a loop does not hold its calls in memory', async () => {
  const root = emptyCell();
  const cells: WeakRef<object>[] = [];
  for (let call = 0; call < 100; call++) {
    const cell = enterCall(root);
    await turn();
    leaveCall(cell, undefined);
    cells.push(new WeakRef(cell));
  }
  await turn();
  collectGarbage();
  expect(cells.filter((cell) => cell.deref()).length).toBeLessThan(10);
  expect(lastCall(root)).toBeUndefined();
});
