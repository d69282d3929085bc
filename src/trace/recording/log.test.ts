import { expect, it } from 'vitest';
import { TraceLog, type TraceRecord } from './log.ts';

const record = (markup: string): TraceRecord => ({
  markup,
  markupPath: undefined,
  context: undefined,
  contextPath: undefined,
  stylesheet: undefined,
  stylesheetPath: undefined,
  result: undefined,
  error: undefined,
  prefix: undefined,
});

const MEGA = 'x'.repeat(1024 * 1024);

it('keeps every call while there are not too many', () => {
  const log = new TraceLog();
  for (let n = 0; n < 20_000; n++) log.add(record(String(n)));
  expect(log.list()).toHaveLength(20_000);
});

it('forgets the oldest when 64 million characters are reached, also of results', () => {
  const log = new TraceLog();
  for (let n = 0; n < 70; n++) log.add({ ...record(`${n}`), result: MEGA });
  const kept = log.list().map(({ markup }) => Number(markup));
  expect(kept.length).toBeGreaterThanOrEqual(48);
  expect(kept.length).toBeLessThanOrEqual(64);
  expect(kept.at(-1)).toBe(69);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 70 - kept.length + index));
});

it('keeps the latest call however large it is', () => {
  const log = new TraceLog();
  log.add(record('small'));
  log.add(record(MEGA.repeat(65)));
  expect(log.list()).toHaveLength(1);
  log.clear();
  expect(log.list()).toEqual([]);
});
