import { expect, test } from 'vitest';
import { type CounterState, countVerdict, nextGoldenNumber, updateMode } from './counters.ts';

const empty = (): CounterState => ({ added: 0, updated: 0, matched: 0, unmatched: 0 });

test('before Jest 30.5 counts are plain numbers and names are numbered in a map', () => {
  const state = { ...empty(), _counters: new Map<string, number>() };
  countVerdict(state, { status: 'same', accepted: false }, undefined);
  countVerdict(state, { status: 'new', accepted: true }, undefined);
  countVerdict(state, { status: 'changed', accepted: true }, undefined);
  countVerdict(state, { status: 'changed', accepted: false }, undefined);
  countVerdict(state, { status: 'missing', accepted: false }, undefined);
  countVerdict(state, { status: 'failed', accepted: false }, undefined);
  countVerdict(state, { status: 'unreproducible', accepted: false }, undefined);
  expect(state).toMatchObject({ matched: 1, added: 1, updated: 1, unmatched: 2 });
  expect(nextGoldenNumber(state, 'a', undefined)).toBe(1);
  expect(nextGoldenNumber(state, 'a', undefined)).toBe(2);
  expect(nextGoldenNumber(state, 'b', undefined)).toBe(1);
  state._counters.clear();
  expect(nextGoldenNumber(state, 'a', undefined)).toBe(1);
});

test('from 30.5 on Jest is told which test a count belongs to', () => {
  const told: unknown[] = [];
  const running = {};
  const state: CounterState = {
    ...empty(),
    _incrementSnapshotCount: (counter, of) => told.push([counter, of]),
    _bumpCounter: (name, of) => told.push([name, of]),
  };
  countVerdict(state, { status: 'same', accepted: false }, running);
  expect(nextGoldenNumber(state, 'a', running)).toBe(2);
  expect(told).toEqual([
    ['matched', running],
    ['toRenderLike a', running],
  ]);
  expect(state.matched).toBe(0);
});

test('without a snapshot state nothing is written or counted', () => {
  expect(updateMode(undefined)).toBe('none');
  expect(updateMode({ ...empty(), _updateSnapshot: 'all' })).toBe('all');
  countVerdict(undefined, { status: 'same', accepted: false }, undefined);
  expect(nextGoldenNumber(undefined, 'a', undefined)).toBe(1);
});
