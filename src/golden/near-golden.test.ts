import { describe, expect, it } from 'vitest';
import type { Message } from '../poml/types.ts';
import { compare } from './compare.ts';
import { nearGolden } from './near-golden.ts';

const system: Message = { speaker: 'system', content: 'Be "brief".\n\nAnd kind. \ud83d' };
const human: Message = { speaker: 'human', content: 'Hello\tthere' };
const schema = { nested: { content: 'Hello\tthere' } };
const json = (messages: unknown, rest: object = { schema }) => JSON.stringify({ messages, ...rest }, null, 2);

/** What it finds for a golden of these messages beside a render of those. */
const found = (golden: unknown, messages: Message[]) => nearGolden(json(golden), json(messages), messages);

describe('a golden near a render', () => {
  it.each<[string, Message[], Message[]]>([
    ['a word', [system, human], [system, { ...human, content: 'Hello\tyou' }]],
    ['what must be escaped', [system, human], [{ ...system, content: 'Be "brief".\\' }, human]],
    ['a text that begins anew', [system, human], [system, { ...human, content: '' }]],
    ['the end of a text', [human], [{ ...human, content: 'Hello\tthere, "you"' }]],
    ['many lines', [system, human], [{ ...system, content: 'One\ntwo\nthree\n\u2028\ud83d' }, human]],
  ])('holds its messages but for %s', (_, golden, messages) => {
    for (const [before, after] of [
      [golden, messages],
      [messages, golden],
    ] as const) {
      const near = found(before, after);
      const both = {
        golden: { json: json(before), text: undefined, prefix: '/s/1', label: '1' },
        json: json(after),
      };
      expect(near?.messages).toEqual(JSON.parse(both.golden.json).messages);
      // As it is found without the render, which knows where it is from.
      expect(compare({ json: both.json, text: '' }, both.golden)).toMatchObject({
        differences: [near?.difference],
        values: { expected: { messages: near?.messages } },
      });
    }
  });

  it.each<[string, unknown, Message[]]>([
    ['who speaks', [system, { ...human, speaker: 'ai' }], [system, human]],
    ['a message more', [system], [system, human]],
    [
      'two texts',
      [
        { ...system, content: 'x' },
        { ...human, content: 'y' },
      ],
      [system, human],
    ],
    ['the content as a list', [{ ...human, content: ['Hello'] }], [human]],
    [
      'a part of a list',
      [{ ...human, content: ['Hello', 'you'] }],
      [{ ...human, content: ['Hello', 'there'] }],
    ],
    ['one of two messages that say the same', [human, { ...human, content: 'x' }], [human, human]],
    ['messages and no messages', 'Hello', [human]],
  ])('is not told where what differs is %s', (_, golden, messages) => {
    expect(found(golden, messages)).toBeUndefined();
  });

  it('is not told by a text outside of the messages', () => {
    const messages = [system, human];
    const golden = json(messages, { schema: { nested: { content: 'x' } } });
    expect(nearGolden(golden, json(messages), messages)).toBeUndefined();
  });

  it.each<[string, (text: string) => string]>([
    ['another layout', (text) => JSON.stringify(JSON.parse(text))],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['more keys', (text) => text.replace('"Hello\\tthere"', '"x",\n      "name": "y"')],
    ['a member more in the line', (text) => text.replace('"Hello\\tthere"', '"x", "name": "y"')],
    ['a text that is no JSON', (text) => text.replace('\\t', '\t')],
    ['a text without an end', (text) => text.replace('there"', '')],
    ['marks of a merge', (text) => text.replace('      "content"', '<<<<<<< ours\n      "content"')],
    ['nothing', () => ''],
  ])('is not told with %s', (_, change) => {
    const messages = [system, human];
    expect(nearGolden(change(json(messages)), json(messages), messages)).toBeUndefined();
  });
});
