import { expect, test } from 'vitest';
import { rememberPairs } from './remember.ts';

test('finds each pair once, and the same value again', () => {
  const asked: string[] = [];
  const find = rememberPairs((before, after) => {
    asked.push(`${before} ${after}`);
    return [before, after];
  });
  const first = find('a', 'b');
  expect(find('a', 'b')).toBe(first);
  expect(find('a', 'c')).toEqual(['a', 'c']);
  expect(find('a', 'b')).toEqual(['a', 'b']);
  expect(asked).toEqual(['a b', 'a c', 'a b']);
});

test('keeps neither many texts nor long ones', () => {
  let asked = 0;
  const find = rememberPairs(() => ++asked);
  for (let i = 0; i < 100; i++) find(String(i), '');
  expect(find('0', '')).toBe(101);
  const long = 'x'.repeat(60_000);
  expect([find(long, ''), find(long, '')]).toEqual([102, 103]);
});
