import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../poml/assets/tokens.ts';
import type { Message } from '../poml/types.ts';
import { countPromptTokens, lineCounter } from './tokens.ts';

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

describe('counting line by line', () => {
  const count = lineCounter(countTokens);

  it.each([
    '',
    'a',
    '\n',
    'a\nb',
    'a\n\nb',
    'a \n b\r\nc\r\n',
    '::\n/path\nto',
    "it\n's\nHe'll",
    '日本\n語\n\n한국',
    '1\n2\n3a',
    '```\ncode\n```\n- x\n\te',
    '\u0301a\n\u0301b\nÄ',
  ])('gives the same as counting all of %j', (text) => {
    expect(count(text)).toBe(countTokens(text));
  });

  it('gives the same for every recorded result', () => {
    const apps = path.resolve(import.meta.dirname, '../../fixtures/apps');
    const files = readdirSync(apps, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.result.txt'),
    );
    expect(files.length).toBeGreaterThan(200);
    const wrong = files.filter((file) => {
      const text = readFileSync(path.join(apps, file), 'utf8');
      return count(text) !== countTokens(text);
    });
    expect(wrong).toEqual([]);
  }, 60_000);

  it('remembers lines', () => {
    let asked = 0;
    const counting = lineCounter((text) => {
      asked++;
      return text.length;
    });
    expect(counting('one\ntwo\nthree')).toBe(13);
    expect(counting('one\ntwo\nfour')).toBe(12);
    expect(asked).toBe(4);
  });
});
