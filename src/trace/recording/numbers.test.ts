import { describe, expect, it } from 'vitest';
import { digitsOf, numbersOf, usedUp } from './numbers.ts';

const next = (names: string[]) => numbersOf(names).next;

describe('the next number', () => {
  it.each([
    ['an empty folder', [], 1],
    ['names without a number', ['golden.json', '.0001.a', 'a0001', '001.a.poml'], 1],
    ['one trace', ['0001.a.poml', '0001.a.env'], 2],
    ['a gap, which is filled', ['0001.a.poml', '0003.a.poml'], 2],
    ['the first one gone', ['0002.a.poml'], 1],
    ['any file with these digits', ['0001-notes.txt', '0002', '0003x'], 4],
    ['five digits that begin with a zero, of which four count', ['00015.a.poml'], 2],
  ] as const)('after %s', (_, names, expected) => {
    expect(next([...names])).toBe(expected);
  });

  it('goes from four digits to five', () => {
    const names = Array.from({ length: 9999 }, (_, index) => `${digitsOf(index + 1)}.a.poml`);
    expect(next(names)).toBe(10_000);
    expect(next([...names, '10000.a.poml'])).toBe(10_001);
  });

  it('takes 1000 for used by 10000, as POML does, and 2026 by a folder named by the time', () => {
    expect(numbersOf(['10000.a.poml']).ahead.toSorted((a, b) => a - b)).toEqual([1000, 10_000]);
    expect(numbersOf(['20261121052042120390']).ahead).toContain(2026);
  });
});

describe('numbers that are used up', () => {
  it('passes over those that are taken', () => {
    let numbers = numbersOf(['0002.a.poml', '0003.b.poml', '0006.c.poml']);
    const given = [];
    for (let times = 0; times < 5; times++) {
      given.push(numbers.next);
      numbers = usedUp(numbers);
    }
    expect(given).toEqual([1, 4, 5, 7, 8]);
  });
});
