import { expect, test } from 'vitest';
import { applySettings, parseSetting } from './what-if.ts';

const set = (values: Record<string, unknown>, ...settings: string[]) =>
  applySettings(values, settings.map(parseSetting));

test('values are JSON where they are, else text; places are made on the way', () => {
  expect(set({}, 'user.tier=gold', 'items=[]', 'n=1', 'b=false', 'empty=', 'text="1"', 'eq=a=b')).toEqual({
    user: { tier: 'gold' },
    items: [],
    n: 1,
    b: false,
    empty: '',
    text: '1',
    eq: 'a=b',
  });
  expect(set({ items: [{ n: 1 }] }, 'items[0].n=2', 'items[1]={"n":3}')).toEqual({
    items: [{ n: 2 }, { n: 3 }],
  });
  expect(set({}, '["a = key"].b=1', "$['c'][0]=x")).toEqual({ 'a = key': { b: 1 }, c: ['x'] });
});

test.each([
  ['user.tier', /place and a value/],
  ['=x', /names nothing/],
  ['a..b=1', /names several/],
  ['a[*]=1', /names several/],
  ['__proto__.polluted=1', /no place for data/],
  ['a["constructor"].x=1', /no place for data/],
  ['a[9]=1', /a has only 1 items/],
  ['text.deep=1', /text is no object/],
  ['user[0]=1', /user is no list/],
])('%s is refused', (setting, message) => {
  expect(() => set({ a: [0], text: 'x', user: {} }, setting)).toThrow(message);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
