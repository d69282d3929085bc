import { expect, test } from 'vitest';
import { reasonOf } from './words.ts';

test('what libraries say cannot steer a terminal or start a line of a CI log', () => {
  expect(reasonOf(new Error('bad\n::error::x\u001b[2J\u2028y'))).toBe('bad\ufffd::error::x\ufffd[2J\ufffdy');
  expect(reasonOf('x'.repeat(10_000))).toHaveLength(301);
});
