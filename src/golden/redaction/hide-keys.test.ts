import { expect, it } from 'vitest';
import { hideKeys, hideKeysIn } from './hide-keys.ts';

// Put together here: a scanner of this repository must not find them.
const OPENAI = `sk-proj-${'aB3dE6gH9j'.repeat(4)}`;
const AWS = `AKIA${'ABCDEFGH23456723'}`;

it('stars keys out and keeps the length', () => {
  const text = `with ${OPENAI}, ${AWS} and https://ann:s3cret-word@db.example/x\n`;
  const hidden = hideKeys(text);
  expect(hidden).toBe(
    `with sk-${'*'.repeat(OPENAI.length - 6)}H9j, AKI${'*'.repeat(AWS.length - 6)}723 and https://ann:***********@db.example/x\n`,
  );
  expect(hidden).toHaveLength(text.length);
});

it('keeps the lines of a private key', () => {
  const key = [
    '-----BEGIN PRIVATE KEY-----',
    'MIIEvQIBADANBg',
    'kqhkiG9w0BAQEF',
    '-----END PRIVATE KEY-----',
  ];
  const lines = hideKeys(`a\n${key.join('\n')}\nb`).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toMatch(/MIIE|kqhk/);
});

it('leaves everything else as it is', () => {
  const text = 'mail ann@firm.de, call +49 30 1234567, card 4242 4242 4242 4242';
  expect(hideKeys(text)).toBe(text);
});

it('looks into JSON, its keys too, and leaves other objects alone', () => {
  const date = new Date(0);
  const given = JSON.parse(`{ "a": ["${AWS}"], "${AWS}": { "__proto__": "${AWS}" }, "n": 1, "z": null }`);
  const hidden = hideKeysIn({ ...given, date });
  expect(JSON.stringify(hidden)).not.toContain(AWS);
  expect(Object.keys(hidden)).toHaveLength(5);
  expect(hidden).toMatchObject({ a: [expect.stringMatching(/^AKI\*+723$/)], n: 1, z: null });
  expect(hidden.date).toBe(date);
});
