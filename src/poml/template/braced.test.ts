import { expect, test } from 'vitest';
import { Random } from '../testing/fuzz/random.ts';
import { bracedExpression } from './braced.ts';

/** POML's pattern, which takes the cube of a run of blanks. */
const PATTERN = /^\s*\{\{\s*(.+?)\s*\}\}\s*$/m;
const PIECES = ['{{', '}}', '{', '}', 'a', ' ', '\n', '\r', ' x ', '\u2028', 'b c', '{{ ', ' }}'];

test('finds what the pattern finds', () => {
  const random = new Random(5);
  let found = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random.between(1, 10) }, () => random.pick(PIECES)).join('');
    const expected = PATTERN.exec(text)?.[1];
    if (expected !== undefined) found++;
    expect(bracedExpression(text), JSON.stringify(text)).toBe(expected);
  }
  expect(found).toBeGreaterThan(500);
});

test('comes to an end on a long run of blanks', () => {
  expect(bracedExpression(`{{${' '.repeat(50_000)}`)).toBeUndefined();
  expect(bracedExpression(`{{${' '.repeat(50_000)}a }} b`)).toBeUndefined();
  expect(bracedExpression(`{{${' '.repeat(50_000)}a }} `)).toBe('a');
});
