import { describe, expect, test } from 'vitest';
import { guessType, guessValue, parseTyped } from './guess.ts';

describe('guessValue', () => {
  test.each<[string, unknown, string]>([
    ['', null, 'null'],
    ['NULL', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['True', true, 'boolean'],
    ['fAlse', false, 'boolean'],
    ['42\n', 42, 'integer'],
    ['007', 7, 'integer'],
    ['1.0', 1, 'integer'],
    ['1.50', 1.5, 'float'],
    ['1e3', 1000, 'float'],
    ['0x10', 0, 'float'],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'float'],
    ['   ', Number.NaN, 'float'],
    ['1,299', Number.NaN, 'float'],
    ['12,500,000.99', Number.NaN, 'float'],
    ['1.250,00', Number.NaN, 'float'],
    [',', Number.NaN, 'float'],
    ['[1, 2]', [1, 2], 'array'],
    ['{"a": 1}', { a: 1 }, 'object'],
    ['"quoted"', 'quoted', 'object'],
    [' null ', null, 'object'],
    ['1,299 EUR', '1,299 EUR', 'string'],
    ['nullable', 'nullable', 'string'],
    ['1.2.3,4,5', '1.2.3,4,5', 'string'],
  ])('%j', (text, value, type) => {
    expect(guessValue(text)).toEqual(value);
    expect(guessType(text)).toBe(type);
  });

  test('a long run of digits followed by text does not hang', () => {
    // 40 digits take the patterns of POML some minutes, and every two more three times as long.
    for (const tail of ['x', ',x', '.x', ',1.x', '.1,x']) {
      expect(guessType('1'.repeat(100_000) + tail)).toBe('string');
      expect(guessType('1,'.repeat(50_000) + tail)).toBe('string');
    }
  });
});

describe('parseTyped', () => {
  test('numbers are read as far as they go', () => {
    expect(parseTyped('1,299', 'integer')).toBe(1);
    expect(parseTyped('12.75 kg', 'float')).toBe(12.75);
    expect(parseTyped('true', 'integer')).toBeNaN();
    expect(parseTyped('0x1f', 'integer')).toBe(31);
  });

  test('every type', () => {
    expect(parseTyped('42', 'string')).toBe('42');
    expect(parseTyped('42')).toBe(42);
    expect(parseTyped('1', 'boolean')).toBe(true);
    expect(parseTyped('FALSE', 'boolean')).toBe(false);
    expect(parseTyped('[1]', 'object')).toEqual([1]);
    expect(parseTyped('é', 'buffer')).toEqual(Buffer.from([0xc3, 0xa9]));
    expect(parseTyped('anything', 'null')).toBe(null);
    expect(parseTyped('anything', 'undefined')).toBe(undefined);
  });

  test('says what is wrong', () => {
    expect(() => parseTyped('yes', 'boolean')).toThrow('"yes" is no boolean: write true, false, 1 or 0');
    expect(() => parseTyped('1', 'number')).toThrow('unknown type "number"');
    expect(() => parseTyped('{', 'object')).toThrow(SyntaxError);
  });
});
