import { expect, test } from 'vitest';
import { recordedAt } from './recorded-at.ts';

test('reads the local time in a folder name', () => {
  expect(recordedAt('20261121052042120390')).toEqual(new Date(2026, 10, 21, 5, 20, 42, 120));
  expect(recordedAt('20240229235959')).toEqual(new Date(2024, 1, 29, 23, 59, 59));
});

test.each([
  'golden',
  '',
  '2026',
  '20261321052042120390',
  '20230229000000000000',
  '20261121250000000000',
  'x20261121052042120390',
])('takes no time from %j', (name) => expect(recordedAt(name)).toBeUndefined());
