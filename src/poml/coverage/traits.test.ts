import { expect, test } from 'vitest';
import { identityOf, sizeOf, traitsOf } from './traits.ts';

test.each([
  ['', ['empty text']],
  ['plain', ['text']],
  ['a\n\nb', ['text', 'line break', 'blank line']],
  [' <b> & "c" ', ['text', 'outer blank', 'markup', 'quote']],
  ['`x` | *y*;', ['text', 'backtick', 'pipe', 'emphasis', 'separator']],
  ['-12.5', ['text', 'number']],
  ['{"a": 1}', ['text', 'quote', 'brace', 'json']],
  ['true', ['text', 'json']],
  ['né', ['text', 'not ASCII']],
  [0, ['zero']],
  [-1, ['negative']],
  [7, ['whole']],
  [0.5, ['fraction']],
  [Number.NaN, ['no number']],
  [null, ['null']],
  [undefined, ['undefined']],
  [true, ['true']],
  [[], ['no items']],
  [[1], ['one item']],
  [[1, 2], ['items']],
  [{}, ['empty object']],
  [{ a: 1 }, ['object']],
  [() => 1, ['function']],
])('%j is of the kinds %j', (value, kinds) => {
  expect(traitsOf(value)).toEqual(kinds);
});

test('long texts are looked at once, not again and again', () => {
  for (const text of [`${'1'.repeat(1e6)}x`, ' '.repeat(1e6), '\n '.repeat(5e5), '.'.repeat(1e6)])
    expect(traitsOf(text)[0]).toBe('text');
}, 20_000);

test('values are told apart, and long texts kept short', () => {
  expect(identityOf(1)).not.toBe(identityOf('1'));
  expect(identityOf(null)).not.toBe(identityOf('null'));
  expect(identityOf('x'.repeat(1000))!.length).toBeLessThan(50);
  expect(identityOf('x'.repeat(1000))).not.toBe(identityOf('x'.repeat(1001)));
  expect(identityOf([1])).toBeUndefined();
  expect([sizeOf('abc'), sizeOf([1]), sizeOf({ a: 1, b: 2 }), sizeOf(7)]).toEqual([3, 1, 2, undefined]);
});
