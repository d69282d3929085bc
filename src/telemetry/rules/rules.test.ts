import { expect, test } from 'vitest';
import type { Attributes, Span } from '../span.ts';
import { cleanBatch } from './clean.ts';
import { safeNames } from './names.ts';
import { MAX_CONTENT, MAX_VALUE } from './sizes.ts';
import { safeValue } from './values.ts';

/** What the attributes, the name and the status of one span become. */
function cleaned(attributes: Record<string, unknown>, span: Partial<Span> = {}) {
  const { batch, problems } = cleanBatch({
    resource: {},
    scope: { name: 'test', version: '1' },
    spans: [
      {
        traceId: '1'.repeat(32),
        spanId: '1'.repeat(16),
        name: 'case.task',
        startTime: 1n,
        endTime: 2n,
        attributes: attributes as Attributes,
        status: { code: 'ok' },
        ...span,
      },
    ],
  });
  return { ...batch.spans[0]!, problems };
}

test.each([
  [{ a: 1 }, undefined],
  [
    ['poml', 3, null, 'poml', ' '],
    ['poml', '3'],
  ],
  ['{"a":1}', ['{"a":1}']],
  ['"text"', ['"text"']],
  [[], undefined],
  [
    ['a', { b: 1 }],
    ['a', '{"b":1}'],
  ],
])('poison: the tags %j become a list of texts: %j', (value, expected) => {
  expect(safeValue('agentops.tags', value)).toEqual(expected);
});

test.each([
  ['gen_ai.usage.prompt_tokens', 12.5, undefined],
  ['gen_ai.usage.prompt_tokens', 'n/a', undefined],
  ['gen_ai.usage.output_tokens', Number.NaN, undefined],
  ['gen_ai.usage.total_tokens', -1, undefined],
  ['gen_ai.usage.completion_tokens', '12', 12],
  ['gen_ai.usage.reasoning_tokens', 12, 12],
  ['llm.token_count.prompt', '1.5', undefined],
  ['gen_ai.usage.total_cost', '$ 0.10', undefined],
  ['gen_ai.usage.total_cost', '', undefined],
  ['gen_ai.usage.prompt_cost', '1e-7', 1e-7],
  ['gen_ai.usage.completion_cost', Number.POSITIVE_INFINITY, undefined],
  ['gen_ai.usage.total_cost', 0.5, 0.5],
])('poison: %s = %j is sent as %j', (key, value, expected) => {
  expect(safeValue(key, value)).toBe(expected);
});

test.each([
  [
    ['poml', 'poml.context'],
    ['poml_value', 'poml.context'],
  ],
  [
    ['poml.context', 'poml', 'poml_value'],
    ['poml.context', 'poml_value_value', 'poml_value'],
  ],
  [
    ['test.case.3', 'test.case.12'],
    ['test.case._3', 'test.case._12'],
  ],
  [
    ['test.case.0', 'test.case.name'],
    ['test.case._0', 'test.case.name'],
  ],
  [
    ['gen_ai.prompt.1.role', 'gen_ai.prompt.0.role', 'gen_ai.prompt.0.content'],
    ['gen_ai.prompt.0.role', 'gen_ai.prompt.0.content', 'gen_ai.prompt.1.role'],
  ],
  [
    ['p.1', 'p.2'],
    ['p._1', 'p._2'],
  ],
  [
    ['p.0', 'p.01'],
    ['p._0', 'p._01'],
  ],
  [
    ['a..b', '.lead', ''],
    ['a._.b', '_.lead', '__value'],
  ],
  [
    ['0', '1'],
    ['_0', '_1'],
  ],
])('names that the way back loses: %j become %j', (names, expected) => {
  const result = safeNames(names);
  expect(result.map(({ safe }) => safe)).toEqual(expected);
  expect(result.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('a list of ten and more stays in its order', () => {
  const names = Array.from({ length: 12 }, (_, i) => `gen_ai.prompt.${i}.content`);
  expect(safeNames([...names].reverse()).map(({ safe }) => safe)).toEqual(names);
});

test('a long value is cut, visibly, with its length; what a call was given and gave may be longer', () => {
  const { attributes } = cleaned({
    note: 'n'.repeat(MAX_VALUE + 1),
    'agentops.task.input': 'i'.repeat(MAX_CONTENT),
    'agentops.task.output': 'o'.repeat(MAX_CONTENT + 1),
  });
  expect(attributes.note).toHaveLength(MAX_VALUE);
  expect(attributes.note).toMatch(/n… \[cut: 65537 characters\]$/);
  expect(attributes['agentops.task.input']).toBe('i'.repeat(MAX_CONTENT));
  expect(attributes['agentops.task.output']).toHaveLength(MAX_CONTENT);
  expect(attributes['poml.cut']).toEqual(['note=65537', `agentops.task.output=${MAX_CONTENT + 1}`]);
});

test('what cannot be sent is left out and told', () => {
  const { attributes, problems } = cleaned({
    'gen_ai.usage.prompt_tokens': 1.5,
    nothing: undefined,
    object: { a: 1 },
    big: 12n,
    __proto__: 'no',
    call: () => 1,
  });
  expect(attributes).toEqual({ object: '{"a":1}', big: '12' });
  expect(problems).toEqual([
    'gen_ai.usage.prompt_tokens was left out: not a value to send',
    'call was left out: not a value to send',
  ]);
});

test('a span has 128 attributes at most', () => {
  const many = Object.fromEntries(Array.from({ length: 140 }, (_, i) => [`k${i}`, i]));
  const { attributes, problems } = cleaned(many);
  expect(Object.keys(attributes)).toHaveLength(128);
  expect(problems).toEqual(['12 attributes of a span were left out']);
});

test.each([
  ['greets: expected 3.5 to equal 4', 'greets: expected 3.5 to equal 4.'],
  ['greets: changed', 'greets: changed'],
  ['a.test.ts: failed.', 'a.test.ts: failed.'],
  ['one\r\n  two\u2028three', 'one two three'],
])('labels: the message %j becomes %j', (message, expected) => {
  expect(cleaned({}, { status: { code: 'error', message } }).status).toEqual({
    code: 'error',
    message: expected,
  });
});

test.each([
  ['adk.agent.task', 'test adk.agent.task'],
  ['ag2.task', 'test ag2.task'],
  ['adkins.task', 'adkins.task'],
  ['two\nlines.task', 'two lines.task'],
  ['', 'unnamed'],
])('labels: the name %j becomes %j', (name, expected) => {
  expect(cleaned({}, { name }).name).toBe(expected);
});

test('a long name keeps its suffix, by which the dashboard knows the type', () => {
  const { name } = cleaned({}, { name: `${'x'.repeat(500)}.task` });
  expect(name).toHaveLength(200);
  expect(name).toMatch(/^xxx.*\.task$/);
});

test('a span never ends before it starts', () => {
  expect(cleaned({}, { startTime: 5n, endTime: 4n }).endTime).toBe(5n);
});
