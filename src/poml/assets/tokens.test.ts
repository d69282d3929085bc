import { encodingForModel } from 'js-tiktoken';
import { describe, expect, test } from 'vitest';
import { countTokens, decodeTokens, encodeTokens, MAX_TOKENIZED_LENGTH } from './tokens.ts';

const SAMPLES = [
  '',
  'Antidisestablishmentarianism.',
  '🧾🛠️🧯🪪🧷',
  '納品書の金額が注文書と一致しません。',
  'for i in range(1234567):\n    print(i ** 2, "  ", i)',
  "  \t\r\n\n x   y\u00a0z  we'll WE'LL can't",
  'Ünïcödé ñ é e\u0301 \ud800 lone \udc00',
  'ab'.repeat(300),
  '='.repeat(300),
  '\n\n   \n'.repeat(50),
  'https://example.invalid/a?b=c&d=%20{"json":[1,2.5,null]}',
];

describe('the same tokens as js-tiktoken', () => {
  test.each(['gpt-4o', 'gpt-4'] as const)('%s', { timeout: 60_000 }, (model) => {
    const reference = encodingForModel(model);
    for (const text of SAMPLES) {
      const tokens = encodeTokens(text, model);
      expect(tokens).toEqual(reference.encode(text));
      expect(countTokens(text, model)).toBe(tokens.length);
      for (const kept of [tokens.slice(0, 2), tokens.slice(-3), tokens]) {
        expect(decodeTokens(kept, model)).toBe(reference.decode(kept));
      }
    }
  });

  test('a character cut in half is replaced', () => {
    // As recorded in limit-token-zero-and-one.
    expect(decodeTokens(encodeTokens('🪪 badge lost').slice(0, 2))).toBe('\ufffd');
  });
});

test('long runs are counted, where js-tiktoken would take hours', () => {
  expect(countTokens('a'.repeat(200_000))).toBe(25_000);
  expect(countTokens(' '.repeat(200_000))).toBe(1563);
  // More tokens than a call can have arguments.
  expect(countTokens('中A'.repeat(150_000))).toBe(300_000);
});

test('a text that is too long is refused', () => {
  expect(() => countTokens('a '.repeat(MAX_TOKENIZED_LENGTH / 2 + 1))).toThrow(
    'too long to count its tokens',
  );
  expect(() => encodeTokens('中'.repeat(MAX_TOKENIZED_LENGTH))).toThrow('one word that is too long');
});

test('an unknown model is named', () => {
  expect(() => countTokens('x', 'gpt-99')).toThrow('js-tiktoken knows no encoding for the model "gpt-99"');
});

test('special tokens count as text, and cannot be cut', () => {
  const text = 'a <|endoftext|> b';
  expect(countTokens(text)).toBe(encodingForModel('gpt-4o').encode(text, [], []).length);
  expect(() => encodeTokens('a <|endoftext|> b')).toThrow(
    '<|endoftext|>, which a token limit does not allow',
  );
});
