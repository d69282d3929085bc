import { describe, expect, it } from 'vitest';
import { countTokens } from '../poml/assets/tokens.ts';
import type { Message } from '../poml/types.ts';
import { countPromptTokens } from './tokens.ts';

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;

describe('the tokens of a prompt', () => {
  it('are those of all its texts', () => {
    const messages: Message[] = [
      { speaker: 'system', content: 'be kind' },
      { speaker: 'human', content: ['look at this', { type: 'image/png', base64: 'AAAA BBBB' }, 'please'] },
    ];
    expect(countPromptTokens({ messages }, words)).toBe(6);
  });

  it('include tools, schema, and the calls and answers of tools', () => {
    const messages: Message[] = [
      {
        speaker: 'ai',
        content: [{ type: 'application/vnd.poml.toolrequest', id: '1', name: 'find', content: { q: 'a b' } }],
      },
      {
        speaker: 'tool',
        content: [
          {
            type: 'application/vnd.poml.toolresponse',
            id: '1',
            name: 'find',
            content: ['two words', { type: 'image/png', base64: 'x y z' }],
          },
        ],
      },
    ];
    expect(countPromptTokens({ messages }, words)).toBe(1 + 2 + 1 + 2);
    expect(
      countPromptTokens({ messages: 'x', schema: { a: 'b c' }, tools: [{ name: 'd e f' }] }, words),
    ).toBe(1 + 2 + 3);
  });

  it('take plain content as it is', () => {
    expect(countPromptTokens({ messages: 'Hello world' }, countTokens)).toBe(2);
    expect(
      countPromptTokens({ messages: ['Hello', { type: 'image/png', base64: '' }, 'world'] }, words),
    ).toBe(2);
    expect(countPromptTokens({ messages: [] }, words)).toBe(0);
  });
});
