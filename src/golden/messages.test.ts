import { describe, expect, it } from 'vitest';
import type { Message, Speaker } from '../poml/types.ts';
import { compareMessages } from './messages.ts';

const say = (speaker: Speaker, content: Message['content']): Message => ({ speaker, content });
const paths = (
  expected: Parameters<typeof compareMessages>[0],
  actual: Parameters<typeof compareMessages>[1],
) =>
  compareMessages(expected, actual).differences.map(({ path, kind, from }) => [
    kind,
    path,
    ...(from ? [from] : []),
  ]);

const system = say('system', 'You answer questions about bicycles, politely and in one sentence.');
const question = say('human', 'Which tyre fits a forty year old racing bicycle?');
const reply = say('ai', 'One of 23 or 25 millimetres.');
const thanks = say('human', 'Thank you for the answer, that helps.');

describe('turns', () => {
  it('that are the same are no difference', () => {
    expect(paths([system, question], [system, question])).toEqual([]);
    expect(paths([], [])).toEqual([]);
  });

  it('inserted, removed or both are told alone, whatever comes after them', () => {
    expect(paths([system, question, reply], [system, thanks, question, reply])).toEqual([
      ['added', 'messages[1]'],
    ]);
    expect(paths([system, question, reply], [question, reply])).toEqual([['removed', 'messages[0]']]);
    expect(paths([], [system])).toEqual([['added', 'messages[0]']]);
  });

  it('changed beside an inserted one are paired by their words', () => {
    const changed = say('human', 'Which tyre fits a fifty year old racing bicycle?');
    expect(paths([system, question], [system, thanks, reply, changed])).toEqual([
      ['added', 'messages[1]'],
      ['added', 'messages[2]'],
      ['changed', 'messages[3].content'],
    ]);
  });

  it('that changed places are moved', () => {
    expect(paths([system, question, reply], [question, reply, system])).toEqual([
      ['moved', 'messages[2]', 'messages[0]'],
    ]);
  });

  it('said by someone else differ in the speaker alone', () => {
    expect(compareMessages([system], [say('human', system.content)]).differences).toEqual([
      { path: 'messages[0].speaker', kind: 'changed', expected: 'system', actual: 'human', speaker: 'human' },
    ]);
  });

  it('in thousands are compared without pairing all with all', () => {
    const many = Array.from({ length: 5000 }, (_, i) => say('human', `old ${i}`));
    const others = Array.from({ length: 5000 }, (_, i) => say('human', `new ${i * 7}`));
    expect(paths(many, others)).toHaveLength(5000);
  });
});

describe('contents', () => {
  const picture = { type: 'image/png', base64: 'AAAA' };

  it('of parts are compared part by part', () => {
    expect(paths([say('human', ['a b c', picture, 'd'])], [say('human', ['a b x', picture])])).toEqual([
      ['changed', 'messages[0].content[0]'],
      ['removed', 'messages[0].content[2]'],
    ]);
  });

  it('text and list of this text differ in form', () => {
    expect(compareMessages([say('human', 'a')], [say('human', ['a'])]).differences).toMatchObject([
      { path: 'messages[0].content', note: 'a text became a list of parts' },
    ]);
  });

  it('of tool calls are compared by argument', () => {
    const call = (city: string, id = '1') =>
      say('ai', [{ type: 'application/vnd.poml.toolrequest', id, name: 'weather', content: { city } }]);
    expect(compareMessages([call('Rome')], [call('Pisa', '2')]).differences).toEqual([
      { path: 'messages[0].content[0].id', kind: 'changed', expected: '1', actual: '2', speaker: 'ai' },
      {
        path: 'messages[0].content[0].content.city',
        kind: 'changed',
        expected: 'Rome',
        actual: 'Pisa',
        speaker: 'ai',
      },
    ]);
  });

  it('without speakers are compared as content; against turns as a whole', () => {
    expect(paths('a', 'b')).toEqual([['changed', 'messages']]);
    expect(paths(['a', picture], ['a', { ...picture, alt: 'x' }])).toEqual([['added', 'messages[1].alt']]);
    expect(compareMessages('a', [say('human', 'a')]).differences).toMatchObject([
      { path: 'messages', note: 'plain content became messages by speaker' },
    ]);
  });
});
