import { describe, expect, it } from 'vitest';
import { differingLines, equalButBlanks } from './blanks.ts';

const TEXTS = [
  '',
  ' ',
  'a',
  'a b',
  'a  b',
  ' a\tb\n',
  'a\r\nb',
  'ab',
  'a b c',
  'a\u00a0b',
  'a\u2003b\ufeff',
  'a\u200bb',
  '\n\na',
  'a\n',
];

describe('equalButBlanks', () => {
  it('agrees with what regular expressions say, for every pair of texts', () => {
    const plain = (text: string) => text.replace(/\s+/gu, ' ').trim();
    for (const one of TEXTS)
      for (const other of TEXTS)
        expect([one, other, equalButBlanks(one, other)]).toEqual([one, other, plain(one) === plain(other)]);
  });

  it('knows every character that \\s matches', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      if (equalButBlanks(`a${character}b`, 'a b') !== /\s/.test(character))
        expect.fail(`U+${code.toString(16)}`);
    }
  });
});

describe('differingLines', () => {
  it.each([
    ['a\nb\nc', 'a\nx\nc', 'b', 'x'],
    ['a\nbc\nd', 'a\nbxc\nd', 'bc', 'bxc'],
    ['one', 'one two', 'one', 'one two'],
    ['', 'x', '', 'x'],
    ['first\n- item\nlast', 'first\n* item\nlast', '- item', '* item'],
  ])('of %j and %j', (one, other, before, after) => {
    expect(differingLines(one, other)).toEqual([before, after]);
  });

  it('leaves out the same on both sides', () => {
    for (const one of TEXTS)
      for (const other of TEXTS) {
        const [before, after] = differingLines(one, other);
        expect(one.length - before.length).toBe(other.length - after.length);
      }
  });
});
