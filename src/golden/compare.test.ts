import { describe, expect, it, vi } from 'vitest';
import { fakePrompt, human, printResult } from '../../fixtures/golden/fakes.ts';
import type { RenderedPrompt, Tool } from '../poml/types.ts';
import { type Comparison, compare } from './compare.ts';
import { type CompareOptions, toleranceOf } from './compare-options.ts';
import { renderedJson } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { isPromise } from './maybe.ts';
import type { ComparePictures } from './tools.ts';
import type { Difference } from './verdict.ts';

function bytes(prompt: RenderedPrompt) {
  return { prompt, json: renderedJson(prompt), text: String(prompt) };
}

function goldenOf(prompt: RenderedPrompt, text: string | undefined = String(prompt)) {
  return { json: renderedJson(prompt), text, prefix: '/s/0001.x', label: '0001.x' };
}

function now(comparison: MaybePromise<Comparison>): Difference[] {
  if (isPromise(comparison)) throw new Error('The comparison is a promise.');
  return comparison.differences;
}

const picture = (base64: string) => ({ type: 'image/png', base64: base64.repeat(60), alt: 'x' });

describe('result.json', () => {
  it('decides by its values, not by its layout', () => {
    const prompt = human('hi', { schema: { type: 'object' } });
    const golden = { ...goldenOf(prompt), json: JSON.stringify(prompt).replace(/,/g, ' ,\r\n') };
    expect(now(compare(bytes(prompt), golden))).toEqual([]);
  });

  it('is told from another by message, schema, tool and runtime', () => {
    const tool = (name: string, description: string) => ({
      type: 'function' as const,
      name,
      description,
      parameters: {},
    });
    const golden = human('hi', {
      schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
      tools: [tool('search', 'old'), tool('book', 'same')],
      runtime: { temperature: 0.2, model: 'x' },
    });
    const actual = human('ho', {
      schema: { type: 'object', properties: { to: { type: 'string' }, from: {} }, required: ['to', 'from'] },
      tools: [tool('book', 'same'), tool('search', 'new')],
      runtime: { temperature: 0.3 },
    });
    expect(now(compare(bytes(actual), goldenOf(golden)))).toEqual([
      { path: 'messages[0].content', kind: 'changed', expected: 'hi', actual: 'ho', speaker: 'human' },
      { path: 'schema.properties.from', kind: 'added', actual: {} },
      { path: 'schema.required', kind: 'changed', expected: ['to'], actual: ['to', 'from'] },
      { path: 'tools.search.description', kind: 'changed', expected: 'old', actual: 'new' },
      {
        path: 'tools',
        kind: 'moved',
        expected: ['search', 'book'],
        actual: ['book', 'search'],
        note: 'order of the tools',
      },
      { path: 'runtime.temperature', kind: 'changed', expected: 0.2, actual: 0.3 },
      { path: 'runtime.model', kind: 'removed', expected: 'x' },
    ]);
  });

  it('that is no result is named', () => {
    for (const json of ['', '{"messages": [', '[]', '{}']) {
      expect(() => compare(bytes(human('x')), { ...goldenOf(human('x')), json })).toThrow(
        '/s/0001.x.result.json',
      );
    }
  });

  it('tells where in the sources a change comes from', () => {
    const location = (message: number, offset: number) => ({
      file: '/p/a.poml',
      line: message + 1,
      column: offset + 1,
      offset,
      endOffset: offset + 1,
    });
    const actual = fakePrompt(
      {
        messages: [
          { speaker: 'system', content: 'same' },
          { speaker: 'human', content: ['first', picture('A'), 'second part'] },
        ],
      },
      { locate: location },
    );
    const golden = fakePrompt({
      messages: [
        { speaker: 'system', content: 'same' },
        { speaker: 'human', content: ['first', picture('A'), 'second bart'] },
      ],
    });
    expect(now(compare(bytes(actual), goldenOf(golden)))).toEqual([
      expect.objectContaining({
        path: 'messages[1].content[2]',
        location: location(1, 'first'.length + 1 + 'second '.length),
      }),
    ]);
  });
});

describe('result.txt', () => {
  const prompt = fakePrompt({
    messages: [
      { speaker: 'system', content: 'a\n\n===== human =====\n\nb' },
      { speaker: 'human', content: 'c' },
    ],
  });

  it.each([
    ['as POML writes it', printResult(prompt.messages)],
    ['left out', undefined],
    ["with headings as in POML's manual", printResult(prompt.messages).replace(/=====\n\n/g, '=====\n')],
    ['with CRLF and a final newline', `${printResult(prompt.messages).replaceAll('\n', '\r\n')}\r\n`],
  ])('%s is the same', (_, text) => {
    expect(now(compare(bytes(prompt), { ...goldenOf(prompt), text }))).toEqual([]);
  });

  it('that says something else than result.json is a difference', () => {
    const text = printResult(prompt.messages).replace('c', 'd');
    expect(now(compare(bytes(prompt), { ...goldenOf(prompt), text }))).toMatchObject([
      { path: 'result.txt', kind: 'changed' },
    ]);
  });
});

describe('pictures', () => {
  const golden = human(['look', picture('A'), 'and']);
  const actual = human(['look', picture('B'), 'and']);

  it('of the same bytes are not decoded', () => {
    const decode = vi.fn<ComparePictures>();
    expect(
      now(
        compare(
          bytes(golden),
          { ...goldenOf(golden), json: JSON.stringify(golden) },
          { comparePictures: decode },
        ),
      ),
    ).toEqual([]);
    expect(decode).not.toHaveBeenCalled();
  });

  it('that look the same are no difference, in result.txt neither', async () => {
    const comparison = compare(bytes(actual), goldenOf(golden), {
      comparePictures: async () => ({ same: true }),
    });
    expect(isPromise(comparison)).toBe(true);
    expect((await comparison).differences).toEqual([]);
  });

  it('that look the same do not hide another change of the text', () => {
    const text = String(golden).replace('look', 'behold');
    expect(
      now(compare(bytes(actual), goldenOf(golden, text), { comparePictures: () => ({ same: true }) })),
    ).toMatchObject([{ path: 'result.txt' }]);
  });

  it('that look different are a difference with a note; so are all without a decoder, sounds and other types', async () => {
    const { differences } = await compare(bytes(actual), goldenOf(golden), {
      comparePictures: async () => ({ same: false, detail: '3% differ' }),
    });
    expect(differences).toMatchObject([
      { path: 'messages[0].content[1]', kind: 'changed', note: '3% differ' },
    ]);
    expect(now(compare(bytes(actual), goldenOf(golden)))).toHaveLength(1);
    const decode = vi.fn<ComparePictures>();
    const sound = (base64: string) => human([{ type: 'audio/wav', base64 }]);
    expect(now(compare(bytes(sound('A')), goldenOf(sound('B')), { comparePictures: decode }))).toHaveLength(
      1,
    );
    const jpeg = human(['look', { ...picture('A'), type: 'image/jpeg' }, 'and']);
    expect(now(compare(bytes(jpeg), goldenOf(golden), { comparePictures: decode }))).toHaveLength(1);
    expect(decode).not.toHaveBeenCalled();
  });

  it("in a tool's answer are compared as pictures", async () => {
    const answer = (base64: string) =>
      fakePrompt({
        messages: [
          {
            speaker: 'tool',
            content: [
              {
                type: 'application/vnd.poml.toolresponse',
                id: '1',
                name: 'shot',
                content: ['ok', picture(base64)],
              },
            ],
          },
        ],
      });
    const same = await compare(bytes(answer('B')), goldenOf(answer('A')), {
      comparePictures: async () => ({ same: true }),
    });
    expect(same.differences).toEqual([]);
    expect(now(compare(bytes(answer('B')), goldenOf(answer('A'))))).toMatchObject([
      { path: 'messages[0].content[0].content[1]' },
    ]);
  });
});

describe('with options', () => {
  const A = '0b0e6f5c-9a53-4b55-8d57-6f1d7f0f5a01';
  const B = '7d3c1a2e-1111-4222-8333-944455556666';
  const C = '12345678-aaaa-4bbb-8ccc-ddddeeeeffff';
  const held = (actual: RenderedPrompt, golden: RenderedPrompt, options: CompareOptions) =>
    compare(bytes(actual), goldenOf(golden), { tolerance: toleranceOf(options) }) as Comparison;

  it('equal bytes are not looked at', () => {
    const golden = { ...goldenOf(human('x')), text: 'another' };
    expect(
      compare(bytes(human('x')), golden, { tolerance: toleranceOf({ whitespace: 'ignore' }) }),
    ).toMatchObject({
      differences: [{ path: 'result.txt' }],
      tolerated: [],
    });
  });

  it('scrubbed values are the same while what was equal stays equal', () => {
    const golden = human(`a ${A}, b ${B}, again ${A}`);
    expect(held(human(`a ${B}, b ${C}, again ${B}`), golden, { scrub: ['uuids'] })).toEqual({
      differences: [],
      tolerated: ['2 uuids scrubbed'],
    });
    expect(held(human(`a ${B}, b ${C}, again ${C}`), golden, { scrub: ['uuids'] }).differences).toMatchObject(
      [
        {
          expected: 'a {uuid_1}, b {uuid_2}, again {uuid_1}',
          actual: 'a {uuid_1}, b {uuid_2}, again {uuid_2}',
        },
      ],
    );
  });

  it('equality counts across messages, schema, tools and runtime', () => {
    const result = (id: string, other: string) => human(`for ${id}`, { runtime: { user: other } });
    expect(held(result(B, B), result(A, A), { scrub: ['uuids'] }).differences).toEqual([]);
    expect(held(result(B, C), result(A, A), { scrub: ['uuids'] }).differences).toMatchObject([
      { path: 'runtime.user' },
    ]);
  });

  it('a difference behind scrubbed text is still located in the render as it is', () => {
    const places: number[] = [];
    const locate = (_message: number, offset: number) => {
      places.push(offset);
      return { file: '/p.poml', line: 1, column: offset + 1, offset, endOffset: offset + 1 };
    };
    const actual = fakePrompt({ messages: [{ speaker: 'human', content: `${A} is new` }] }, { locate });
    held(actual, human(`${B} is old`), { scrub: ['uuids'] });
    expect(places).toEqual([`${A} is `.length]);
  });

  it('ignored places take the value of the golden, or are left out', () => {
    const golden = human('x', {
      runtime: { seed: 1, temperature: 0 },
      schema: { type: 'object', title: 'A' },
    });
    const actual = human('y', { runtime: { seed: 2, temperature: 0, extra: 1 }, schema: { type: 'object' } });
    expect(
      held(actual, golden, {
        ignore: ['$.messages[0].content', 'runtime.seed', 'runtime.extra', '$..title'],
      }),
    ).toEqual({
      differences: [],
      tolerated: [
        '$.messages[0].content ignored',
        'runtime.seed ignored',
        'runtime.extra ignored',
        '$..title ignored',
      ],
    });
    expect(held(actual, golden, { ignore: ['runtime.*'] }).differences.map(({ path }) => path)).toEqual([
      'messages[0].content',
      'schema.title',
    ]);
  });

  it.each([
    ['trailing', 'a  \nb\n\n', 'a\nb', true],
    ['trailing', ' a\nb', 'a\nb', false],
    ['collapse', ' a \n\n b', 'a b', true],
    ['collapse', 'ab', 'a b', false],
    ['ignore', 'ab', 'a b\n', true],
    ['ignore', 'ab', 'a c', false],
    ['exact', 'ab', 'ab ', false],
  ] as const)('white space: %s, %j and %j', (whitespace, actual, golden, same) => {
    const { differences } = held(human(actual), human(golden), { whitespace });
    expect(differences).toHaveLength(same ? 0 : 1);
    // What remains is shown as it is.
    if (!same) expect(differences).toMatchObject([{ expected: golden, actual }]);
  });

  it('white space counts nothing inside lists of parts either, nor moves a message', () => {
    const golden = fakePrompt({
      messages: [
        { speaker: 'system', content: 'one ' },
        { speaker: 'human', content: ['two', picture('A')] },
      ],
    });
    const actual = fakePrompt({
      messages: [
        { speaker: 'system', content: 'one' },
        { speaker: 'human', content: ['two ', picture('A')] },
      ],
    });
    expect(held(actual, golden, { whitespace: 'trailing' }).differences).toEqual([]);
    expect(held(actual, golden, {}).differences).toHaveLength(2);
  });

  it('tools in another order are the same when their order does not count', () => {
    const tool = (name: string): Tool => ({ type: 'function', name, description: name, parameters: {} });
    const golden = human('x', { tools: [tool('a'), tool('b')] });
    const actual = human('x', { tools: [tool('b'), tool('a')] });
    expect(held(actual, golden, { toolOrder: 'any' }).differences).toEqual([]);
    expect(held(actual, golden, {}).differences).toMatchObject([{ path: 'tools', kind: 'moved' }]);
  });

  it('pictures: by bytes nothing is decoded; else the share of pixels is passed on', () => {
    const decode = vi.fn<ComparePictures>(() => ({ same: true }));
    const actual = human([picture('B')]);
    const golden = goldenOf(human([picture('A')]));
    const run = (options: CompareOptions) =>
      compare(bytes(actual), golden, {
        comparePictures: decode,
        tolerance: toleranceOf(options),
      }) as Comparison;
    expect(run({ media: 'bytes' }).differences).toHaveLength(1);
    expect(decode).not.toHaveBeenCalled();
    expect(run({ media: { share: 0.02 } }).differences).toEqual([]);
    expect(decode.mock.calls[0]?.[2]).toBe(0.02);
  });
});
