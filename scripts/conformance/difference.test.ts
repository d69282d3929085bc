import { describe, expect, test } from 'vitest';
import { pixelDifference } from './pictures.ts';
import { renderedDifference, withoutPictureBytes } from './rendered-difference.ts';
import { formatOutcome } from './report.ts';
import { textDifference } from './text-difference.ts';

describe('textDifference', () => {
  test('finds nothing between equal texts', () =>
    expect(textDifference('x', 'a\nb', 'a\nb')).toBeUndefined());

  test('stays short for long lines and escapes what a terminal would act on', () => {
    const report = textDifference('x', `${'a'.repeat(1e6)}\u001b[31mb`, `${'a'.repeat(1e6)}c`) ?? '';
    expect(report.length).toBeLessThan(500);
    expect(report).toContain('line 1, column 1000001');
    expect(report).toContain('\\u001b[31mb');
    expect(report).not.toContain('\u001b');
  });

  test('shows where a text ends too early', () => {
    expect(textDifference('x', 'ab\n', 'ab')).toContain('rendered ab<end>');
  });
});

describe('renderedDifference', () => {
  test.each<[unknown, unknown, string | undefined]>([
    [{ a: [1, 'x'] }, { a: [1, 'x'] }, undefined],
    [{ a: [1, 'x'] }, { a: [1, 'y'] }, 'result.a[1]: expected "x", rendered "y"'],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, 'result: expected the keys "a,b", rendered "b,a"'],
    [['a'], ['a', 'b'], 'result: expected the keys "0", rendered "0,1"'],
    [{ a: null }, { a: {} }, 'result.a: expected null, rendered {}'],
    [{ a: [] }, { a: {} }, 'result.a: expected [], rendered {}'],
    [
      { type: 'audio/wav', base64: 'AA' },
      { type: 'audio/wav', base64: 'AB' },
      'result.base64: expected "AA", rendered "AB"',
    ],
  ])('%j and %j', async (expected, actual, difference) => {
    expect(await renderedDifference(expected, actual, false)).toBe(difference);
  });

  test('may count runs of blanks as one', async () => {
    expect(await renderedDifference('a  b', 'a b', true)).toBeUndefined();
    expect(await renderedDifference('a  b', 'a b', false)).toBeDefined();
  });
});

test('withoutPictureBytes leaves text and audio alone', () => {
  const text = 'a\n{"type":"image/png","base64":"iVBO+/=","x...\n{"type":"audio/wav","base64":"AAAA...';
  expect(withoutPictureBytes(text)).toBe(
    'a\n{"type":"image/png","base64":"","x...\n{"type":"audio/wav","base64":"AAAA...',
  );
});

describe('pixelDifference', () => {
  const picture = (
    width: number,
    ...pixels: number[]
  ): { width: number; height: number; pixels: Uint8Array } => ({
    width,
    height: 1,
    pixels: Uint8Array.from(pixels),
  });

  test('allows what encoders do, and no more', () => {
    expect(pixelDifference(picture(1, 10, 20, 30, 255), picture(1, 11, 19, 32, 255))).toBeUndefined();
    expect(pixelDifference(picture(1, 10, 20, 30, 255), picture(1, 10, 20, 90, 255))).toContain(
      'the pictures differ',
    );
    expect(pixelDifference(picture(1, 0, 0, 0, 0), picture(2, 0, 0, 0, 0, 0, 0, 0, 0))).toBe(
      'a picture of 1x1 expected, 2x1 rendered',
    );
  });
});

test('formatOutcome shows the first failures and names the rest', () => {
  const failures = ['a', 'b', 'c'].map((name) => ({ name, problems: ['one\n  two'] }));
  expect(formatOutcome([{ directory: 'd', passed: 4, failures }], 1)).toBe(
    [
      'd: 4 passed, 3 failed',
      '  ✗ a',
      '      one',
      '        two',
      '  … and 2 more: b, c',
      '4 passed, 3 failed',
    ].join('\n'),
  );
});
