import { describe, expect, it } from 'vitest';
import { printRows } from './rows.ts';
import { ANSI, PLAIN } from './style.ts';
import { diffText } from './text-diff.ts';

const show = (expected: string, actual: string, rows = 100) =>
  printRows(diffText(expected, actual, { rows, context: 1 }), PLAIN);
const lines = (...items: string[]) => items.join('\n');

describe('a diff of texts', () => {
  it('pairs changed lines and underlines the words', () => {
    expect(
      show(
        lines('one', 'two is here', 'three', 'four', 'five', 'six'),
        lines('one', 'two was here', 'three', 'four', 'five', 'seven'),
      ),
    ).toEqual([
      '  one',
      '- two is here',
      '      ^^',
      '+ two was here',
      '      ^^^',
      '  three',
      '  four',
      '  five',
      '- six',
      '+ seven',
    ]);
  });

  it('finds the changed line among added ones', () => {
    expect(
      show(lines('Answer in one sentence.'), lines('Be polite.', 'Answer in two sentences.', 'Sign.')),
    ).toEqual([
      '+ Be polite.',
      '- Answer in one sentence.',
      '            ^^^ ^^^^^^^^',
      '+ Answer in two sentences.',
      '            ^^^ ^^^^^^^^^',
      '+ Sign.',
    ]);
  });

  it('leaves out equal lines, but never a single one', () => {
    const body = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(show(lines('x', ...body), lines('y', ...body))).toEqual(['- x', '+ y', '  a', '  ⋮ 5 more lines']);
    expect(show(lines('x', 'a', 'b', 'c', 'x'), lines('y', 'a', 'b', 'c', 'y'))).not.toContain(
      expect.stringContaining('⋮'),
    );
  });

  it('makes white space visible where only white space differs', () => {
    expect(show('a  b', 'a b')[0]).toBe('- a··b');
    expect(show('a\tb', 'a b')).toEqual(['- a→b', '   ^', '+ a·b', '   ^']);
    expect(show('a\u00a0b', 'a b')[0]).toBe('- a⍽b');
    expect(show('a\r', 'a')[0]).toBe('- a␍');
    expect(show('a', 'a\n')).toEqual(['  a', '+ ␤']);
    expect(show('a\n  ', 'a')).toEqual(['  a', '- ··␤']);
    expect(show('one\u200btwo', 'onetwo').join('\n')).toContain('one\\u200btwo');
  });

  it('writes an empty line among others as a diff does', () => {
    expect(show('a\nz', 'a\n\n# b\n\nc\nz')).toEqual(['  a', '+', '+ # b', '+', '+ c', '  z']);
  });

  it('does not mark a line word by word that was laid out anew', () => {
    expect(show('| a | b | c | d |', 'a,b,c,d')).toEqual(['- | a | b | c | d |', '+ a,b,c,d']);
  });

  it('shows the codes of letters that look the same', () => {
    const [before, after] = show('caf\u00e9', 'cafe\u0301');
    expect(before).toContain('\\u{e9}');
    expect(after).toContain('\\u{301}');
  });

  it('keeps tabs above and in the marks', () => {
    expect(show('\tif a', '\tif b')).toEqual(['- \tif a', '  \t   ^', '+ \tif b', '  \t   ^']);
  });

  it('underlines wide letters by their columns', () => {
    expect(show('温度は高いです', '温度は低いです')).toEqual([
      '- 温度は高いです',
      '        ^^',
      '+ 温度は低いです',
      '        ^^',
    ]);
  });

  it('cuts long lines around their changes', () => {
    const long = 'word '.repeat(2000);
    const [line = ''] = show(`${long}old ${long}`, `${long}new ${long}`);
    expect(line.length).toBeLessThan(300);
    expect(line).toContain('old');
    expect(line).toContain('…');
  });

  it('never gives a command to a terminal or a CI', () => {
    const evil = lines('\u001b[2J', '::error::x', '  ::warning::y', '##[group]', 'a\u009b31m', 'x\u202ey');
    const printed = [
      ...show(evil, ''),
      ...show('', evil),
      ...show(evil, `${evil}!`),
      ...show(`${evil} a`, `${evil} b`),
    ].join('\n');
    expect(printed).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    expect(printed).not.toMatch(/^\s*::|##\w*\[/m);
  });

  it('with colour marks words by inversion, without lines of marks', () => {
    expect(printRows(diffText('two is here', 'two was here', { rows: 9, context: 1 }), ANSI)).toEqual([
      '\u001b[31m- \u001b[39m\u001b[31mtwo \u001b[39m\u001b[31m\u001b[7mis\u001b[27m\u001b[39m\u001b[31m here\u001b[39m',
      '\u001b[32m+ \u001b[39m\u001b[32mtwo \u001b[39m\u001b[32m\u001b[7mwas\u001b[27m\u001b[39m\u001b[32m here\u001b[39m',
    ]);
  });
});

describe('a diff of huge texts is short', () => {
  const many = (line: (i: number) => string) => Array.from({ length: 25_000 }, (_, i) => line(i)).join('\n');
  it.each([
    ['one line of a megabyte', 'x'.repeat(1_000_000), 'y'.repeat(1_000_000)],
    ['words of a megabyte', 'a b c '.repeat(170_000), 'a x c '.repeat(170_000)],
    [
      'every line, nothing alike',
      many((i) => `old line number ${i} of the text`),
      many((i) => `${i * 7} something else altogether`),
    ],
    [
      'every line, by a word',
      many((i) => `line number ${i} of the text`),
      many((i) => `line numbers ${i} of the text`),
    ],
    ['everything removed', many((i) => `line ${i}`), ''],
    ['everything added', '', many((i) => `line ${i}`)],
    ['every other line', many((i) => `line ${i}`), many((i) => (i % 2 ? `line ${i}` : `row ${i}`))],
    ['only spaces', ' '.repeat(1_000_000), ' '.repeat(999_999)],
    ['only line breaks', '\n'.repeat(1_000_000), '\n'.repeat(900_000)],
  ])('%s', (_, expected, actual) => {
    const printed = show(expected, actual, 120);
    expect(printed.length).toBeGreaterThan(0);
    expect(printed.length).toBeLessThan(260);
    expect(printed.join('\n').length).toBeLessThan(40_000);
  });
});
