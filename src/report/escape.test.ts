import { describe, expect, it } from 'vitest';
import { clip, escapeLine, escapeLines, escapeText, showWhiteSpace } from './escape.ts';

// What a terminal, or a reader's eye, would act on.
const ACTIVE = /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('escapeText', () => {
  it('shows controls as signs and hidden characters by their code', () => {
    expect(escapeText('\u001b[31mred\u001b]8;;http://x\u0007')).toBe('␛[31mred␛]8;;http://x␇');
    expect(escapeText('a\rb\u007fc\u009bd')).toBe('a␍b␡c\\u009bd');
    expect(escapeText('\u202eevil\u2066\u200b\ufeff\u00ad')).toBe('\\u202eevil\\u2066\\u200b\\ufeff\\u00ad');
    expect(escapeText('hi\u{e0049}\u{e0047}')).toBe('hi\\u{e0049}\\u{e0047}');
    expect(escapeText('\u3164\u115f\u034f\uffa0')).toBe('\\u3164\\u115f\\u034f\\uffa0');
    // A text that is carried by selectors, of which a reader sees the one letter.
    expect(escapeText('a\u{e0158}\u{e0159}')).toBe('a\\u{e0158}\\u{e0159}');
    expect(escapeText('a\ufe00\ufe01')).toBe('a\ufe00\\ufe01');
    expect(escapeText('lone \ud800 half')).toBe('lone \\ud800 half');
  });

  it('leaves text of every script, emoji, tabs and line breaks as they are', () => {
    const text = 'Größe\t日本語\nعربى می\u200cخواهم हिन्दी 👩‍👩‍👧 ❤️ 葛\u{e0100} 𝒳 ::not at the start';
    expect(escapeText(text)).toBe(text);
  });

  it('leaves nothing active of any character below U+3000', () => {
    for (let code = 0; code < 0x3000; code++) {
      expect(escapeText(`a${String.fromCharCode(code)}b`)).not.toMatch(ACTIVE);
    }
  });
});

describe('escapeLine', () => {
  it('leaves no command for a CI', () => {
    expect(escapeLine('::error file=x::boom')).toBe(':\\:error file=x::boom');
    expect(escapeLine('  ::set-output name=x::y')).toBe('  :\\:set-output name=x::y');
    expect(escapeLine('x ##[error]y ##vso[task.setvariable]z')).toBe(
      'x ##\\[error]y ##vso\\[task.setvariable]z',
    );
    expect(escapeLine("##teamcity[buildStatus text='x']")).toBe("##teamcity\\[buildStatus text='x']");
    expect(escapeLine('a\n::error::b')).toBe('a␤::error::b');
  });

  it('is done line by line by escapeLines', () => {
    expect(escapeLines('a\n::error::b')).toBe('a\n:\\:error::b');
  });
});

it('showWhiteSpace makes every kind of space visible', () => {
  expect(showWhiteSpace('a b\tc\u00a0d\u3000e\u2009f\r')).toBe('a·b→c⍽d\\u3000e\\u2009f␍');
});

it('clip never cuts a character in half', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdefg', 6)).toBe('abcde…');
  expect(clip('abc👍👍👍', 5)).toBe('abc…');
});
