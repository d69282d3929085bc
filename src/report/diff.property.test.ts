import { expect, it } from 'vitest';
import { fakePrompt, fakeTools } from '../../fixtures/golden/fakes.ts';
import { evaluate } from '../golden/evaluate.ts';
import { isChat } from '../golden/golden.ts';
import type { Verdict } from '../golden/verdict.ts';
import type { Content, ContentPart, Message } from '../poml/types.ts';
import type { RecordedResult } from '../trace/types.ts';
import { printFailure } from './message.ts';
import { ANSI } from './style.ts';

/** The same numbers on every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const WORDS = [
  'you',
  'are',
  'a  b',
  '\n',
  '\t',
  '日本',
  '👍🏽',
  '\u001b[31m',
  '::error::',
  '\r\n',
  '\u00a0',
  'é',
  'e\u0301',
  '\ud800',
  '##[x]',
  '',
];

function makeResult(random: (below: number) => number): RecordedResult {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const text = () => Array.from({ length: random(8) }, () => pick(WORDS)).join(pick([' ', '\n', '']));
  const part = (): ContentPart =>
    pick<() => ContentPart>([
      text,
      () => ({
        type: pick(['image/png', 'audio/wav']),
        base64: pick(['AAAA', 'BBBB']),
        ...(random(2) && { alt: text() }),
      }),
      () => ({ type: 'application/vnd.poml.toolrequest', id: pick(['1', '2']), name: 'f', content: json(2) }),
      () => ({
        type: 'application/vnd.poml.toolresponse',
        id: '1',
        name: 'f',
        content: pick([text(), [text(), { type: 'image/png', base64: 'CCCC' }]]),
      }),
    ])();
  const json = (depth: number): unknown =>
    pick<() => unknown>([
      text,
      () => random(3),
      () => null,
      () => (depth > 0 ? Array.from({ length: random(3) }, () => json(depth - 1)) : []),
      () =>
        depth > 0
          ? Object.fromEntries(
              Array.from({ length: random(4) }, () => [
                pick(['a', 'b', 'c d', '__proto__']),
                json(depth - 1),
              ]),
            )
          : {},
    ])();
  const content = (): Content => (random(2) ? text() : Array.from({ length: random(4) }, part));
  const turn = (): Message => ({ speaker: pick(['system', 'human', 'ai', 'tool']), content: content() });
  return {
    messages: random(6) === 0 ? content() : Array.from({ length: random(5) }, turn),
    ...(random(2) && { schema: json(3) }),
    ...(random(2) && {
      tools: Array.from({ length: random(3) }, () => ({
        type: 'function' as const,
        name: pick(['f', 'g']),
        parameters: json(2),
      })),
    }),
    ...(random(2) && { runtime: { a: json(1) } }),
  };
}

/** One value inside changed, left out or doubled; often nothing that matters. */
function mutate(result: RecordedResult, random: (below: number) => number): RecordedResult {
  const other = makeResult(random);
  const copy = structuredClone(result);
  const key = (['messages', 'schema', 'tools', 'runtime'] as const)[random(4)]!;
  if (random(3) === 0 && isChat(copy.messages) && isChat(other.messages)) {
    copy.messages = [...copy.messages.slice(random(3)), ...other.messages.slice(0, random(2))];
  } else Object.assign(copy, { [key]: other[key] ?? copy[key] });
  return copy;
}

it('differences are found exactly where the results differ, and print bounded and harmless', () => {
  const random = numbers(20261121);
  let differing = 0;
  for (let i = 0; i < 600; i++) {
    const golden = makeResult(random);
    const actual = random(5) === 0 ? structuredClone(golden) : mutate(golden, random);
    const verdict = evaluate(
      fakePrompt(actual),
      fakePrompt(golden),
      {},
      fakeTools(() => fakePrompt(actual)),
    ) as Verdict;
    const same = JSON.stringify(actual) === JSON.stringify(golden);
    expect([i, verdict.cause, verdict.status]).toEqual([i, undefined, same ? 'same' : 'changed']);
    if (same) continue;
    differing++;
    expect(verdict.differences.length).toBeGreaterThan(0);
    const printed = printFailure(verdict);
    expect(printed.split('\n').length).toBeLessThan(300);
    expect(printed).not.toMatch(/(?!\n|\t)\p{Cc}|^\s*::|##\w*\[|\p{Surrogate}/mu);
    expect(printed).toMatch(/^[-+] |more line|equal|order/m);
    expect(printFailure(verdict, { style: ANSI })).not.toMatch(/^\s*::|##\w*\[/m);
  }
  expect(differing).toBeGreaterThan(200);
});
