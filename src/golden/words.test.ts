import { expect, it } from 'vitest';
import type { Message } from '../poml/types.ts';
import { compareMessages } from './messages.ts';
import type { Difference } from './verdict.ts';
import { describeDifferences } from './words.ts';

const say = (speaker: Message['speaker'], content: string): Message => ({ speaker, content });
const of = (expected: Message[], actual: Message[]) =>
  describeDifferences(compareMessages(expected, actual).differences);
const changed = (path: string): Difference => ({ path, kind: 'changed' });

it('says what became of a message', () => {
  const [a, b, c] = [say('system', 'alpha beta'), say('human', 'gamma delta'), say('ai', 'epsilon zeta')];
  expect(of([a, b], [a, say('human', 'gamma omega')])).toBe('the human message 2 changed');
  expect(of([a, b], [a, c, b])).toBe('the ai message 2 was added');
  expect(of([a, b], [b])).toBe('the system message 1 was removed');
  expect(of([a, b, c], [b, c, a])).toBe('the system message 3 moved from place 1');
  expect(of([a], [say('human', 'alpha beta')])).toBe('message 1 is said by human instead of system');
});

it('counts what is too much for a sentence', () => {
  expect(
    describeDifferences([changed('schema.a'), changed('schema.b'), changed('runtime.temperature')]),
  ).toBe('schema changed in 2 places, runtime.temperature changed');
  expect(
    describeDifferences(
      [0, 1, 2, 3, 4].map((i) => ({ ...changed(`messages[${i}].content`), speaker: 'ai' })),
    ),
  ).toBe(
    'the ai message 1 changed, the ai message 2 changed, the ai message 3 changed, and 2 more parts changed',
  );
});
