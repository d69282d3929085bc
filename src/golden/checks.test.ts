import { describe, expect, it } from 'vitest';
import { fakePrompt, human } from '../../fixtures/golden/fakes.ts';
import { RenderError } from '../poml/errors.ts';
import { checkFailure, checkText, checkWithin } from './checks.ts';

const two = fakePrompt({
  messages: [
    { speaker: 'system', content: 'Be brief.' },
    { speaker: 'human', content: ['Look:', { type: 'image/png', base64: 'AAAA' }] },
  ],
});

describe('checkText', () => {
  it('takes the whole text, or that of the only message', () => {
    expect(checkText(human('hi'), 'hi').pass).toBe(true);
    expect(checkText(human('hi'), '===== human =====\n\nhi').pass).toBe(true);
    expect(checkText(fakePrompt({ messages: 'plain' }), 'plain').pass).toBe(true);
    expect(checkText(two, 'Be brief.').pass).toBe(false);
  });

  it('says where another text begins to differ', () => {
    expect(checkText(human('hello Ann'), 'hello Bob')).toEqual({
      pass: false,
      reason: 'The prompt renders to another text; the first difference is at character 7.',
      expected: 'hello Bob',
      actual: 'hello Ann',
    });
  });

  it('searches for an expression, the same way each time', () => {
    const global = /brief/g;
    expect([checkText(two, global).pass, checkText(two, global).pass]).toEqual([true, true]);
    expect(checkText(two, /^Be/).pass).toBe(false);
    expect(checkText(two, /^Be/m).pass).toBe(true);
  });
});

describe('checkWithin', () => {
  const words = (text: string) => text.split(/\s+/).length;

  it('counts texts, not pictures or headings', () => {
    expect(checkWithin(two, { tokens: 3, characters: 14, messages: 2 }, words)).toEqual({
      pass: true,
      reason:
        'The prompt is within its limits: 3 tokens (limit 3), 14 characters (limit 14), 2 messages (limit 2).',
    });
  });

  it('names every limit that is passed, and by how much', () => {
    expect(checkWithin(two, { tokens: 1, characters: 99, messages: 1 }, words)).toEqual({
      pass: false,
      reason: 'The prompt is too large: 3 tokens (limit 1, 2 over), 2 messages (limit 1, 1 over).',
    });
  });

  it('does not count tokens without a limit for them', () => {
    const never = () => {
      throw new Error('counted');
    };
    expect(checkWithin(two, { messages: 2 }, never).pass).toBe(true);
  });

  it('refuses limits that limit nothing', () => {
    for (const limits of [{}, { token: 5 }, { tokens: '5' }, { tokens: Number.NaN }, { tokens: -1 }]) {
      expect(() => checkWithin(two, limits as never, words)).toThrow(TypeError);
    }
  });
});

describe('checkFailure', () => {
  const error = new RenderError('customer is null');

  it('takes what was thrown, and what strict mode would have thrown', () => {
    expect(checkFailure({ error }).pass).toBe(true);
    expect(checkFailure({ prompt: fakePrompt({ messages: 'x' }, { errors: [error] }) }).pass).toBe(true);
    expect(checkFailure({ prompt: human('hello') })).toEqual({
      pass: false,
      reason: 'The prompt renders without an error, to "hello".',
    });
  });

  it('wants the message when one is given', () => {
    const prompt = fakePrompt({ messages: 'x' }, { errors: [new RenderError('first'), error] });
    expect(checkFailure({ prompt }, 'customer').pass).toBe(true);
    expect(checkFailure({ prompt }, /^customer is null$/g).pass).toBe(true);
    expect(checkFailure({ prompt }, 'supplier').reason).toContain('first\ncustomer is null');
  });
});
