import { describe, expect, test } from 'vitest';
import { RenderError } from '../../src/poml/errors.ts';
import type { RenderedPrompt } from '../../src/poml/types.ts';
import type { ConformanceCase } from './case.ts';
import { checkCase, type Render } from './check.ts';

const value = { messages: [{ speaker: 'human', content: 'Hello' }] };
const expected = { json: JSON.stringify(value, null, 2), text: '===== human =====\n\nHello' };
const base: ConformanceCase = {
  name: 'a',
  directory: '/cases',
  markup: '<p>Hello</p>',
  options: {},
  expected,
  mustFail: false,
  lenient: false,
  exactness: 'bytes',
  blanksMayDiffer: false,
};

/** A renderer that gives this result, and in strict mode fails when it reports errors. */
function renderer(result: object, text: string, ...errors: RenderError[]): Render {
  return async (_, options) => {
    const [error] = errors;
    if (error && options?.strict !== false) throw error;
    const prompt: Partial<RenderedPrompt> = { errors, toJSON: () => ({ ...result }), toString: () => text };
    return prompt as RenderedPrompt;
  };
}

const good = renderer(value, expected.text);
const failing: Render = () => Promise.reject(new RenderError('no such thing'));

describe('checkCase', () => {
  test('passes what is the same to the byte', async () => {
    expect(await checkCase(base, good)).toEqual([]);
  });

  test('shows where bytes differ, in both files', async () => {
    const problems = await checkCase(
      base,
      renderer({ messages: [{ speaker: 'human', content: 'Hullo' }] }, `${expected.text}\n`),
    );
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/result\.json differs at line 5, column 20 .*\n.*Hello.*\n.*Hullo/);
    expect(problems[1]).toMatch(/result\.txt differs at line 3, column 6/);
  });

  test('a render that must not fail, and one that throws something else', async () => {
    expect(await checkCase(base, failing)).toEqual(['the render failed: no such thing']);
    expect(await checkCase(base, () => Promise.reject('text'))).toEqual(['the render failed: text']);
    const sync: Render = () => {
      throw new Error('at once');
    };
    expect(await checkCase(base, sync)).toEqual(['the render failed: at once']);
  });

  test('an error case without results must fail in strict mode', async () => {
    const subject = { ...base, expected: undefined, mustFail: true, lenient: true };
    expect(await checkCase(subject, failing)).toEqual([]);
    expect(await checkCase(subject, good)).toEqual(['a strict render must fail, but gave a result']);
  });

  test('an error case with results must give them, with errors, when not strict', async () => {
    const subject = { ...base, mustFail: true, lenient: true };
    expect(await checkCase(subject, renderer(value, expected.text, new RenderError('x')))).toEqual([]);
    expect(await checkCase(subject, good)).toEqual([
      'a strict render must fail, but gave a result',
      'with strict: false, errors must not be empty',
    ]);
    expect(await checkCase(subject, renderer({ messages: [] }, '', new RenderError('x')))).toHaveLength(2);
  });

  test('pictures with other bytes pass only where they may be decoded', async () => {
    const picture = (base64: string, alt: string): { messages: unknown[] } => ({
      messages: [{ speaker: 'human', content: ['a', { type: 'image/png', base64, alt }] }],
    });
    const text = (base64: string): string =>
      `===== human =====\n\na\n\n{"type":"image/png","base64":"${base64}...`;
    const subject = (exactness: ConformanceCase['exactness']): ConformanceCase => ({
      ...base,
      exactness,
      expected: { json: JSON.stringify(picture('AAAA', 'x'), null, 2), text: text('AAAA') },
    });
    expect(await checkCase(subject('decoded'), renderer(picture('AAAA', 'x'), text('AAAB')))).toEqual([]);
    expect(
      await checkCase(subject('bytes or decoded'), renderer(picture('AAAA', 'x'), text('AAAB'))),
    ).toEqual([]);
    expect(await checkCase(subject('bytes'), renderer(picture('AAAA', 'x'), text('AAAB')))).toHaveLength(1);
    expect(await checkCase(subject('decoded'), renderer(picture('AAAA', 'y'), text('AAAA')))).toEqual([
      'result.messages[0].content[1].alt: expected "x", rendered "y"',
    ]);
  });
});
