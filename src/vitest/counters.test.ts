import { expect, test } from 'vitest';
import type { Verdict } from '../golden/verdict.ts';
import { countVerdict, type SnapshotState, updateMode } from './counters.ts';

test.each([
  [{ status: 'same', accepted: false }, ['matched task']],
  [{ status: 'new', accepted: true }, ['added task']],
  [{ status: 'changed', accepted: true }, ['updated task']],
  [{ status: 'changed', accepted: false }, ['unmatched task']],
  [{ status: 'missing', accepted: false }, ['unmatched task']],
  [{ status: 'failed', accepted: true }, ['updated task']],
  [{ status: 'failed', accepted: false }, []],
  [{ status: 'unreproducible', accepted: false }, []],
] as const)('%j counts as %j', (verdict, expected) => {
  const counted: string[] = [];
  const counter = (name: string) => ({ increment: (key: string) => void counted.push(`${name} ${key}`) });
  const state: SnapshotState = {
    added: counter('added'),
    updated: counter('updated'),
    matched: counter('matched'),
    unmatched: counter('unmatched'),
  };
  countVerdict(state, verdict as unknown as Verdict, 'task');
  expect(counted).toEqual(expected);
});

test('the mode is read by its public name first, and is none where nobody tells', () => {
  expect(updateMode({ snapshotUpdateState: 'all', _updateSnapshot: 'none' } as never)).toBe('all');
  expect(updateMode({ _updateSnapshot: 'new' } as never)).toBe('new');
  expect(updateMode(undefined)).toBe('none');
});
