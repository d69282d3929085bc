import { expect, test } from 'vitest';
import { awaitable } from './unawaited.ts';

/** A test that runs, and what is called when it ends. */
function runningTest() {
  const atEnd: (() => Promise<void>)[] = [];
  const task = { context: { onTestFinished: (hook: () => Promise<void>) => atEnd.push(hook) } } as never;
  return { task, end: () => Promise.all(atEnd.map((hook) => hook())) };
}

test('what nobody awaits fails the test at its end', async () => {
  const { task, end } = runningTest();
  awaitable(Promise.reject(new Error('changed')), task);
  await expect(end()).rejects.toThrow('changed');
});

test('what is awaited is the business of who awaits it', async () => {
  const { task, end } = runningTest();
  await expect(awaitable(Promise.reject(new Error('changed')), task)).rejects.toThrow('changed');
  await expect(awaitable(Promise.resolve(), task)).resolves.toBeUndefined();
  await expect(end()).resolves.toBeDefined();
});

test('what passes may be forgotten', async () => {
  const { task, end } = runningTest();
  awaitable(Promise.resolve(), task);
  await end();
});
