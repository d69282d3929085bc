import { expect, it } from 'vitest';
import { fakePrompt, fakeTools, human } from '../../fixtures/golden/fakes.ts';
import { RenderError } from '../poml/errors.ts';
import { evaluate } from './evaluate.ts';
import { summarize } from './record.ts';
import type { Verdict } from './verdict.ts';

const big = 'x'.repeat(1_000_000);
const place = { file: '/p/a.poml', line: 3, column: 5, offset: 9, endOffset: 10 };

it('is small plain JSON without any text of the prompt', () => {
  const actual = fakePrompt(
    { messages: [{ speaker: 'human', content: `${big}!` }], runtime: { a: 1 } },
    { errors: [new RenderError('no x', place)], locate: () => place },
  );
  const verdict = evaluate(
    actual,
    human(big),
    { title: 'a test' },
    fakeTools(() => actual),
  ) as Verdict;
  const record = summarize(verdict);
  expect(record).toEqual({
    title: 'a test',
    prompt: 'a rendered prompt',
    status: 'changed',
    differences: { changed: 1, added: 1 },
    classes: ['wording', 'runtime'],
    causes: [expect.objectContaining({ kind: 'markup', file: '/p/a.poml', line: 3 })],
    errors: 1,
    reason: 'The human message 1 changed, runtime was added.',
    locations: [{ file: '/p/a.poml', line: 3, column: 5 }],
  });
  expect(structuredClone(record)).toEqual(JSON.parse(JSON.stringify(record)));
});

it('of a same verdict holds little more than its name', () => {
  const verdict = evaluate(
    human('x'),
    human('x'),
    { title: 'a test' },
    fakeTools(() => human('x')),
  ) as Verdict;
  expect(summarize(verdict)).toEqual({ title: 'a test', prompt: 'a rendered prompt', status: 'same' });
});
