import { describe, expect, it, vi } from 'vitest';
import { fakePrompt, human, printResult } from '../../fixtures/golden/fakes.ts';
import type { RenderedPrompt } from '../poml/types.ts';
import { compare } from './compare.ts';
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

function now(differences: MaybePromise<Difference[]>): Difference[] {
  if (isPromise(differences)) throw new Error('The differences are a promise.');
  return differences;
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
      now(compare(bytes(golden), { ...goldenOf(golden), json: JSON.stringify(golden) }, decode)),
    ).toEqual([]);
    expect(decode).not.toHaveBeenCalled();
  });

  it('that look the same are no difference, in result.txt neither', async () => {
    const differences = compare(bytes(actual), goldenOf(golden), async () => ({ same: true }));
    expect(isPromise(differences)).toBe(true);
    expect(await differences).toEqual([]);
  });

  it('that look the same do not hide another change of the text', () => {
    const text = String(golden).replace('look', 'behold');
    expect(now(compare(bytes(actual), goldenOf(golden, text), () => ({ same: true })))).toMatchObject([
      { path: 'result.txt' },
    ]);
  });

  it('that look different are a difference with a note; so are all without a decoder, sounds and other types', async () => {
    const differences = await compare(bytes(actual), goldenOf(golden), async () => ({
      same: false,
      detail: '3% differ',
    }));
    expect(differences).toMatchObject([
      { path: 'messages[0].content[1]', kind: 'changed', note: '3% differ' },
    ]);
    expect(now(compare(bytes(actual), goldenOf(golden)))).toHaveLength(1);
    const decode = vi.fn<ComparePictures>();
    const sound = (base64: string) => human([{ type: 'audio/wav', base64 }]);
    expect(now(compare(bytes(sound('A')), goldenOf(sound('B')), decode))).toHaveLength(1);
    const jpeg = human(['look', { ...picture('A'), type: 'image/jpeg' }, 'and']);
    expect(now(compare(bytes(jpeg), goldenOf(golden), decode))).toHaveLength(1);
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
    expect(await compare(bytes(answer('B')), goldenOf(answer('A')), async () => ({ same: true }))).toEqual(
      [],
    );
    expect(now(compare(bytes(answer('B')), goldenOf(answer('A'))))).toMatchObject([
      { path: 'messages[0].content[0].content[1]' },
    ]);
  });
});
