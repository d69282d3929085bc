import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextJson, goldenPrefix, slug } from './call-golden.ts';

describe('slug', () => {
  it('keeps a name that is a file name already', () => {
    expect(slug('greets')).toBe('greets');
    expect(slug('größe-3')).toBe('größe-3');
  });

  it.each([
    ['Greet › greets a guest', 'greet-greets-a-guest-'],
    ['../../etc/passwd', 'etc-passwd-'],
    ['a\u0000b\u202ec\nd', 'a-b-c-d-'],
    ['CON', 'con-'],
    ['con', 'con-'],
    ['C:\\x', 'c-x-'],
    ['日本語 テスト', '日本語-テスト-'],
    ['x'.repeat(500), `${'x'.repeat(60)}-`],
  ])('%j gets a hash of the whole name', (name, start) => {
    expect(slug(name).slice(0, -8)).toBe(start);
    expect(slug(name).slice(-8)).toMatch(/^[0-9a-f]{8}$/);
  });

  it('tells names apart that would share a file, also where case does not count', () => {
    const names = [
      'a b',
      'a-b',
      'A b',
      'A-B',
      'a  b',
      'a_b',
      'a b ',
      '',
      ' ',
      '…',
      `${'x'.repeat(99)}1`,
      `${'x'.repeat(99)}2`,
    ];
    const slugs = names.map((name) => slug(name).toLowerCase());
    expect(new Set([...slugs, ...slugs.map((name) => slug(name))]).size).toBe(slugs.length * 2 - 1);
  });

  it('leaves room for number, hash and suffix in any script', () => {
    for (const letter of ['x', 'ä', '語', '𝒳']) {
      expect(Buffer.byteLength(`10000.${slug(letter.repeat(300))}.stylesheet.json`)).toBeLessThan(255);
    }
  });
});

it('puts the goldens of a test file beside it, numbered within each test', () => {
  expect(goldenPrefix('/p/src/greet.test.ts', 'greets', 12)).toBe(
    path.join('/p/src/__goldens__/greet.test.ts/0012.greets'),
  );
});

describe('contextJson', () => {
  it('is what POML writes', () => {
    expect(contextJson({ a: 1, b: undefined, photo: Buffer.from('abc'), at: new Date(0) })).toBe(
      '{\n  "a": 1,\n  "photo": {\n    "__base64__": "YWJj"\n  },\n  "at": "1970-01-01T00:00:00.000Z"\n}',
    );
  });

  it('is left out where there is none, or JSON cannot hold it', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (const context of [undefined, {}, loop, { n: 1n }]) expect(contextJson(context)).toBeUndefined();
  });
});
