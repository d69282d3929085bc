import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { Context } from './components/component.ts';
import { coerce } from './components/parameters.ts';
import { findComponent } from './components/registry.ts';
import { mergeDeep } from './components/stylesheet.ts';
import { Scope } from './expression/scope.ts';
import { type RenderOptions, render } from './index.ts';
import { stored } from './stored.ts';

// A key `__proto__` in data must neither change what all objects inherit, nor what a single one does.

const home = mkdtempSync(path.join(tmpdir(), 'vitest-poml-prototypes-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => {
  expect(Object.prototype).not.toHaveProperty('polluted');
  expect(Array.prototype).not.toHaveProperty('polluted');
});

mkdirSync(path.join(home, 'folder/__proto__'), { recursive: true });
writeFileSync(path.join(home, 'folder/__proto__/polluted'), 'x');
writeFileSync(path.join(home, 'folder/b'), 'x');
writeFileSync(path.join(home, 'inner.poml'), '<p>{{ typeof polluted }}</p>');
writeFileSync(path.join(home, 'data.json'), '{"__proto__": {"polluted": "yes"}, "a": 1}');

const hostile = '{"__proto__": {"polluted": "yes"}, "a": 1}';
const own = () => JSON.parse(hostile) as Record<string, unknown>;

test.each<[where: string, markup: string, expected: string, options?: RenderOptions]>([
  [
    'a value of the context',
    '<p>{{ [typeof o.polluted, Object.keys(o), Object.getPrototypeOf(o) === Object.prototype].join(" ") }}</p>',
    'undefined __proto__,a true',
    { context: { o: own() } },
  ],
  ['the context itself', '<p>{{ typeof polluted }} {{ a }}</p>', 'undefined 1', { context: own() }],
  [
    'a let of all names of an object',
    `<poml><let>${hostile}</let><p>{{ a }} {{ typeof polluted }}</p><include src="inner.poml"/></poml>`,
    '1 undefined\n\nundefined',
  ],
  [
    'a let of a file',
    '<poml><let src="data.json"/><p>{{ a }} {{ typeof polluted }} {{ typeof __proto__.polluted }}</p></poml>',
    '1 undefined undefined',
  ],
  [
    'a let of that name',
    `<poml><let name="__proto__" value="{ polluted: 'yes' }"/><p>{{ typeof __proto__.polluted }}</p></poml>`,
    'undefined',
  ],
  ['an attribute', `<list __proto__="{{ { listStyle: 'decimal' } }}"><item>x</item></list>`, '- x'],
  [
    'a stylesheet',
    '<list><item>x</item></list>',
    '- x',
    {
      stylesheet: JSON.parse('{"list": {"__proto__": {"listStyle": "decimal"}}}') as Record<string, unknown>,
    },
  ],
  [
    'a stylesheet of classes in the prompt',
    '<poml><stylesheet>{".x": {"__proto__": {"listStyle": "decimal"}}}</stylesheet><list className="x"><item>x</item></list></poml>',
    '- x',
  ],
  [
    'named parts of an object',
    '<div syntax="json"><div name="__proto__"><div name="polluted">yes</div></div><div name="b">1</div></div>',
    '{\n  "b": "1"\n}',
  ],
  ['a folder', '<folder src="folder" syntax="json"/>', '{\n  "folder": {\n    "b": null\n  }\n}'],
  [
    'an object as YAML',
    '<object syntax="yaml" data="{{ o }}"/>',
    "__proto__:\n  polluted: 'yes'\na: 1",
    { context: { o: own() } },
  ],
])('%s', async (_, markup, expected, options) => {
  const prompt = await render(markup, { sourcePath: path.join(home, 'p.poml'), chat: false, ...options });
  expect(prompt.messages).toBe(expected);
});

test('parameters of a call', async () => {
  const { runtime } = await render(
    '<poml><p>x</p><runtime __proto__="{ &quot;polluted&quot;: 1 }" a="1"/></poml>',
  );
  expect(runtime).toEqual({ a: 1 });
  expect(Object.getPrototypeOf(runtime)).toBe(Object.prototype);
});

test('stylesheets laid over each other', () => {
  const merged = mergeDeep({ a: 0, p: { b: 1 } }, JSON.parse(`{ "p": ${hostile}, "__proto__": ${hostile} }`));
  expect(merged).toEqual({ a: 0, p: { a: 1, b: 1 } });
  for (const object of [merged, (merged as { p: object }).p])
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
});

test('variables, and properties of an element', () => {
  const variables = {};
  new Scope(variables).define('__proto__', { polluted: 'yes' });
  expect(Object.getPrototypeOf(variables)).toBe(Object.prototype);
  const list = findComponent('list', new Set())!;
  const properties = coerce(
    list,
    JSON.parse('{ "__proto__": { "x": 1 }, "LISTSTYLE": "dash" }'),
    {} as Context,
  );
  expect(properties).toEqual({ listStyle: 'dash' });
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
});

test('values on their way into a file', () => {
  const value = stored(own());
  expect(JSON.stringify(value)).toBe('{"a":1}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test('an attribute gives an element no properties that nobody wrote', async () => {
  await expect(render('<table __proto__="{{ { records: [{ a: 1 }] } }}"/>')).rejects.toThrow(
    'a table needs a src',
  );
});
