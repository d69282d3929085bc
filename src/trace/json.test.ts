import { describe, expect, test } from 'vitest';
import { parseTraceJson, reviveBuffers } from './json.ts';
import { findJsonError } from './json-error.ts';

describe('parseTraceJson', () => {
  test.each([
    ['{\n  "ä": 1,\n  "b": x\n}', '"x" found at line 3, column 8 (byte 20)'],
    ['{"a": 1,}', 'a key in double quotes expected, but "}" found at line 1, column 9 (byte 8)'],
    ['[1 2]', '"," or "]" expected, but "2" found at line 1, column 4 (byte 3)'],
    ['{"a": "b\nc"}', 'U+000A must be escaped in a string at line 1, column 9 (byte 8)'],
    ['["\\x"]', 'an escape JSON does not know at line 1, column 3 (byte 2)'],
    ['{"a": [1, 2', 'the text ends too early at line 1, column 12 (byte 11)'],
    ['{} {}', 'the end of the file expected, but "{" found at line 1, column 4 (byte 3)'],
    ['[01]', '"," or "]" expected, but "1" found at line 1, column 3 (byte 2)'],
    ['<<<<<<< HEAD\n{}', 'a value expected, but "<" found at line 1, column 1 (byte 0)'],
    ['\ufeff{}', 'byte order mark'],
    ['', 'is empty'],
  ])('says where %j is broken', (text, message) => {
    expect(() => parseTraceJson(text, '/s/0001.a.context.json', '/s')).toThrow(message);
    expect(() => parseTraceJson(text, '/s/0001.a.context.json', '/s')).toThrow('/s/0001.a.context.json');
  });

  test('keeps __proto__ as an own property and takes the last of duplicate keys', () => {
    const value = parseTraceJson('{"__proto__": {"admin": true}, "a": 1, "a": 2}', 'f', 's') as Record<
      string,
      unknown
    >;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'a']);
    expect(value.a).toBe(2);
    expect('admin' in value).toBe(false);
  });
});

test('findJsonError agrees with JSON.parse on what is broken', () => {
  const sound = '{"a":[1,-2.5e3,true,null,"x\\u00e9\\n",{}],"b":{"c":[]}}';
  for (let cut = 0; cut < sound.length; cut++) {
    expect(() => JSON.parse(sound.slice(0, cut))).toThrow();
    expect(findJsonError(sound.slice(0, cut)).offset).toBeLessThanOrEqual(cut);
    const broken = `${sound.slice(0, cut)}\u0001${sound.slice(cut)}`;
    // At the character itself, or at the start of the number or word that it breaks.
    const { offset } = findJsonError(broken);
    expect(offset, broken).toBeLessThanOrEqual(cut);
    expect(sound.slice(offset, cut), broken).toMatch(/^[\w.\\-]{0,6}$/);
  }
});

test('findJsonError survives deep nesting and long strings', () => {
  expect(findJsonError('['.repeat(200_000)).offset).toBe(200_000);
  expect(findJsonError(`["${'x'.repeat(5_000_000)}`).reason).toBe('the text ends too early');
});

describe('reviveBuffers', () => {
  test('makes buffers at any depth and drops the other keys of such an object', () => {
    const value = reviveBuffers(JSON.parse('{"a":[{"p":{"__base64__":"AQID","x":1}}]}'));
    expect(value).toEqual({ a: [{ p: Buffer.from([1, 2, 3]) }] });
  });

  test('leaves an empty or foreign __base64__ alone', () => {
    const value = { a: { __base64__: '' }, b: { __base64__: 5 } };
    expect(reviveBuffers(structuredClone(value))).toEqual(value);
  });

  test('does not touch a prototype', () => {
    const value = reviveBuffers(JSON.parse('{"__proto__":{"__base64__":"AQID"}}')) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toEqual(Buffer.from([1, 2, 3]));
  });

  test('survives deep nesting', () => {
    const depth = 100_000;
    const value = JSON.parse(`${'{"a":'.repeat(depth)}{"__base64__":"AQID"}${'}'.repeat(depth)}`);
    expect(() => reviveBuffers(value)).not.toThrow();
  });
});
