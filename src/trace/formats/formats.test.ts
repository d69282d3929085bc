import { describe, expect, test } from 'vitest';
import { render } from '../../poml/index.ts';
import {
  FormatError,
  type FormatInput,
  toLangChain,
  toMessageDict,
  toOpenAIChat,
  toPydanticDict,
} from './index.ts';

const request = { type: 'application/vnd.poml.toolrequest', content: {}, id: 'c1', name: 'find' };
const response = { type: 'application/vnd.poml.toolresponse', content: 'found', id: 'c1', name: 'find' };
const picture = { type: 'image/png', base64: 'aGk=', alt: 'a cat' };

const say = (speaker: string, ...content: unknown[]): FormatInput => ({ messages: [{ speaker, content }] });

describe('openai_chat', () => {
  test('arguments that are text stay as they are, others are written as Python writes them', () => {
    const call = (content: unknown) => {
      const chat = toOpenAIChat(say('ai', { ...request, content }));
      return chat.messages[0]?.tool_calls?.[0]?.function.arguments;
    };
    expect(call('{"a":1}')).toBe('{"a":1}');
    expect(call({ city: 'Köln', a: [1, 1e-7, null] })).toBe('{"city": "K\\u00f6ln", "a": [1, 1e-07, null]}');
    expect(call(null)).toBe('null');
  });

  test('an answer of a tool is text; what stands beside it is dropped', () => {
    const answer = {
      ...response,
      content: ['see', picture, { ...picture, alt: '' }, { type: 'image/gif', base64: '' }],
    };
    expect(toOpenAIChat(say('tool', 'aside', answer, response)).messages).toEqual([
      {
        role: 'tool',
        content: 'see\n\n[image/png: a cat]\n\n[image/png]\n\n[image/gif]',
        tool_call_id: 'c1',
      },
      { role: 'tool', content: 'found', tool_call_id: 'c1' },
    ]);
  });

  test('text and calls of one message keep together; an empty message is left out', () => {
    const result = {
      messages: [
        { speaker: 'ai', content: ['hm', request] },
        { speaker: 'human', content: [] },
      ],
    };
    expect(toOpenAIChat(result).messages).toEqual([
      {
        role: 'assistant',
        content: 'hm',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }],
      },
    ]);
  });

  test('empty tools, schema and runtime are left out, a tool without parts gets empty ones', () => {
    const messages: unknown[] = [];
    expect(toOpenAIChat({ messages, tools: [], schema: {}, runtime: {} })).toEqual({ messages });
    expect(toOpenAIChat({ messages, tools: [{ type: 'function', name: 'find' }] }).tools).toEqual([
      { type: 'function', function: { name: 'find', description: '', parameters: {} } },
    ]);
  });

  test('runtime keys become snake case, and win', () => {
    const runtime = { maxOutputTokens: 3, topP: 0.5, HTTPProxy: 'x', messages: 'mine', already_snake: true };
    expect(toOpenAIChat({ messages: [], runtime })).toEqual({
      messages: 'mine',
      max_output_tokens: 3,
      top_p: 0.5,
      http_proxy: 'x',
      already_snake: true,
    });
  });

  test('a tool request of a human is an error that names the place and the mend', async () => {
    const prompt = await render(
      '<poml><human-msg>Look<tool-request id="c1" name="find" speaker="human" parameters="{{ {} }}"/></human-msg></poml>',
    );
    expect(() => toOpenAIChat(prompt)).toThrow(
      'openai_chat: messages[0].content[1] is a tool request in a message of the speaker "human"; OpenAI takes it from "ai" only.\nLeave out the speaker',
    );
    expect(() => toLangChain(prompt)).not.toThrow();
  });

  test('so is a tool response of the model', () => {
    expect(() => toOpenAIChat(say('ai', response))).toThrow(
      'messages[0].content[0] is a tool response in a message of the speaker "ai"; OpenAI takes it from "tool" only.',
    );
  });
});

describe('langchain', () => {
  test('answers of tools come before what was said in their message', () => {
    expect(toLangChain(say('ai', 'so', request, response)).messages).toEqual([
      { type: 'tool', data: { content: 'found', tool_call_id: 'c1', name: 'find' } },
      { type: 'ai', data: { content: 'so', tool_calls: [{ id: 'c1', name: 'find', args: {} }] } },
    ]);
  });

  test('what else the result holds stays', () => {
    expect(toLangChain({ messages: 'Hi', runtime: { topP: 1 }, schema: {} })).toEqual({
      messages: [{ type: 'human', data: { content: 'Hi' } }],
      runtime: { topP: 1 },
      schema: {},
    });
  });
});

describe('pydantic', () => {
  test('what is absent is null, and keys stand as the model declares them', () => {
    expect(JSON.stringify(toPydanticDict(say('human', { base64: '', type: 'image/png' })))).toBe(
      '{"messages":[{"speaker":"human","content":[{"type":"image/png","base64":"","alt":null}]}],"output_schema":null,"tools":null,"runtime":null}',
    );
  });

  test('an empty list is bare content unless the caller knows better', () => {
    expect(toPydanticDict({ messages: [] }).messages).toEqual([{ speaker: 'human', content: [] }]);
    expect(toPydanticDict({ messages: [] }, { chat: true }).messages).toEqual([]);
  });
});

describe('a part of a wrong type', () => {
  test.each<[string, FormatInput]>([
    ['messages[0].speaker must be one of human, ai, system, tool, but is "user".', say('user')],
    ['messages[0].content must be a string or a list, but is missing.', { messages: [{ speaker: 'ai' }] }],
    ['messages[0].content[0].id must be a string, but is 5.', say('ai', { ...request, id: 5 })],
    ['messages[0].content[0].base64 must be a string, but is missing.', say('human', { type: 'image/png' })],
    ['messages[0].content[0] must be a string or an object, but is a list.', say('human', [])],
    [
      'messages[0].content[0].content[0] is a tool request inside of a tool response.\nA tool response holds',
      say('tool', { ...response, content: [request] }),
    ],
    ['schema must be an object, but is true.', { messages: 'x', schema: true }],
    ['tools[0] must be an object, but is null.', { messages: 'x', tools: [null] }],
    ['runtime must be an object, but is a list.', { messages: 'x', runtime: [] }],
  ])('%s', (message, result) => {
    for (const convert of [toOpenAIChat, toLangChain, toPydanticDict]) {
      expect(() => convert(result)).toThrow(message);
    }
    expect(() => toMessageDict(result)).not.toThrow();
  });

  test('a promise is no result', () => {
    const promise = render('<p>Hi</p>') as never;
    expect(() => toMessageDict(promise)).toThrow(FormatError);
    expect(() => toMessageDict(promise)).toThrow('await it first');
  });
});
