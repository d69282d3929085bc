import { expect, it } from 'vitest';
import { compareValues } from './structure.ts';

it('finds what came, went and changed, by path', () => {
  const expected = {
    type: 'object',
    properties: { to: { type: 'string' }, 'x y': 1 },
    anyOf: [{ a: 1 }, { b: 1 }],
  };
  const actual = {
    type: 'object',
    properties: { to: { type: 'number' }, from: null },
    anyOf: [{ a: 1 }, { b: 2 }, { c: 3 }],
  };
  expect(compareValues(expected, actual, 'schema')).toEqual([
    { path: 'schema.properties.to.type', kind: 'changed', expected: 'string', actual: 'number' },
    { path: 'schema.properties["x y"]', kind: 'removed', expected: 1 },
    { path: 'schema.properties.from', kind: 'added', actual: null },
    { path: 'schema.anyOf[1].b', kind: 'changed', expected: 1, actual: 2 },
    { path: 'schema.anyOf[2]', kind: 'added', actual: { c: 3 } },
  ]);
});

it('takes another order of keys for a difference, since the model reads it', () => {
  expect(compareValues({ a: 1, b: 2 }, { b: 2, a: 1 }, 'schema')).toEqual([
    { path: 'schema', kind: 'moved', expected: ['a', 'b'], actual: ['b', 'a'], note: 'order of the keys' },
  ]);
});

it('tells a value from none, null from an object, an object from a list', () => {
  expect(compareValues(undefined, undefined, 'schema')).toEqual([]);
  expect(compareValues(undefined, { a: 1 }, 'schema')).toEqual([
    { path: 'schema', kind: 'added', actual: { a: 1 } },
  ]);
  expect(compareValues(null, {}, 'x')).toHaveLength(1);
  expect(compareValues({}, [], 'x')).toHaveLength(1);
});

it('is not fooled by keys of the prototype, nor sunk by depth and size', () => {
  expect(compareValues({}, { constructor: 1, toString: 2 }, 'x').map(({ path }) => path)).toEqual([
    'x.constructor',
    'x.toString',
  ]);
  const nest = (leaf: unknown): unknown => Array.from({ length: 1000 }).reduce((inner) => ({ inner }), leaf);
  expect(compareValues(nest(1), nest(2), 'x')).toHaveLength(1);
  const wide = (value: number) =>
    Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, value]));
  expect(compareValues(wide(1), wide(2), 'x').length).toBeLessThanOrEqual(500);
});
