import { expect, test } from 'vitest';
import { callInput, OUTPUT, pullSpans } from '../testing/pull-spans.ts';
import { callOf } from './call.ts';
import { callName } from './files.ts';

test.each(['agentops.task', 'agentops.operation', 'agentops.entity', 'task', 'operation'])(
  'the spelling %s.input and .output is read, flat and nested',
  (kind) => {
    const flat = { [`${kind}.input`]: callInput('a.poml', { n: 1 }), [`${kind}.output`]: OUTPUT };
    const nest = (name: string, value: unknown): Record<string, unknown> => {
      const [head = '', ...rest] = name.split('.');
      return { [head]: rest.length === 0 ? value : nest(rest.join('.'), value) };
    };
    const both =
      kind.split('.').length === 2
        ? { agentops: { [kind.slice(9)]: { input: flat[`${kind}.input`], output: OUTPUT } } }
        : { [kind]: { input: flat[`${kind}.input`], output: OUTPUT } };
    for (const attributes of [flat, both, { ...nest('operation.name', 'poml'), ...flat }]) {
      const call = callOf({ spanId: '1', name: 'poml.task', startTime: '', failed: false, attributes });
      expect(call).toMatchObject({ path: 'a.poml', context: { n: 1 }, problems: [], raised: false });
      expect(call.result).toEqual(JSON.parse(OUTPUT));
    }
  },
);

test.each([
  [
    'messages alone, as it once was',
    '[{"speaker":"human","content":"Hi"}]',
    '{"messages":[{"speaker":"human","content":"Hi"}]}',
    '===== human =====\n\nHi',
  ],
  ['bare content', '["a","b"]', '{"messages":["a","b"]}', 'a\n\nb'],
  ['a text', 'Hello there', '{"messages":"Hello there"}', 'Hello there'],
  ['a text that is a number', '42', '{"messages":"42"}', '42'],
])('an output of %s', (_, output, json, text) => {
  const pulled = pullSpans([
    { attributes: { 'agentops.task.input': callInput('a.poml'), 'agentops.task.output': output } },
  ]);
  expect(JSON.parse(pulled.read('0001.a.result.json') ?? '')).toEqual(JSON.parse(json));
  expect(pulled.read('0001.a.result.txt')).toBe(text);
});

test('arguments by name win, empty objects leave no file, others are told', () => {
  const pulled = pullSpans([
    {
      attributes: {
        'agentops.task.input':
          '{"args": ["x.poml", {"a": 1}], "kwargs": {"prompt": "y.poml", "stylesheet": {}}}',
        'agentops.task.output': OUTPUT,
      },
    },
    {
      attributes: {
        'agentops.task.input': callInput('z.poml', 'ctx.json', [1]),
        'agentops.task.output': OUTPUT,
      },
    },
  ]);
  expect(pulled.names.filter((name) => name.startsWith('0001'))).toEqual([
    '0001.y.context.json',
    '0001.y.env',
    '0001.y.result.json',
    '0001.y.result.txt',
  ]);
  expect(pulled.calls[1]?.problems.slice(0, 2)).toEqual([
    'The context is a string, not an object.',
    'The stylesheet is a list, not an object.',
  ]);
});

test('what was not sent is told, and no failure is made up from it', () => {
  const pulled = pullSpans([
    { attributes: { 'agentops.task.input': callInput('a.poml', { n: 1 }) } },
    { attributes: { 'agentops.task.output': OUTPUT } },
    { attributes: { 'agentops.task.input': callInput('c.poml') }, status: 'STATUS_CODE_ERROR' },
    {
      attributes: {
        'poml.cut': '["agentops.task.input=2000000"]',
        'agentops.task.input': '{"args":["<po… [cut: 2000000 characters]',
        'agentops.task.output': OUTPUT,
      },
    },
  ]);
  expect(pulled.calls.map(({ problems }) => problems[0])).toEqual([
    expect.stringContaining('What came out of the call is unknown: it was not sent'),
    expect.stringContaining('What went into the call is unknown: it was not sent'),
    expect.stringContaining('The prompt is not available'),
    'What went into the call is unknown: it was cut.',
  ]);
  // Only a call that raised is one whose failure is expected.
  expect(pulled.names.filter((name) => name.endsWith('.env'))).toEqual(['0003.c.env']);
});

test('a prompt that was given as text is taken as such where the sender says so, and has no path', () => {
  const markup = '<poml>/srv/x.poml</poml>';
  const attributes = {
    'poml.source_kind': 'recorded',
    'agentops.task.input': callInput(markup),
    'agentops.task.output': OUTPUT,
  };
  const pulled = pullSpans([{ attributes }]);
  expect(pulled.calls).toEqual([{ id: '0001.prompt', source: 'sent', problems: [] }]);
  expect(pulled.read('0001.prompt.poml')).toBe(markup);
  expect(pulled.names.filter((name) => name.endsWith('.env'))).toEqual([]);
});

test.each([
  ['../../x.poml', 'x'],
  ['C:\\prompts\\triage.poml', 'triage'],
  ['a\u0000b\n\u202ec.poml', 'a_b_c'],
  ['...', 'prompt'],
  ['/srv/größe v2.poml', 'größe v2'],
  [undefined, 'prompt'],
  ['x'.repeat(300), 'x'.repeat(80)],
  ['name.v2.poml', 'name.v2'],
])('the path %j gives the name %j', (given, expected) => {
  expect(callName(given)).toBe(expected);
});
