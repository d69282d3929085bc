import { describe, expect, it } from 'vitest';
import type { FinishedOperation } from '../../trace/recording/index.ts';
import { spanOf } from './spans.ts';

const ended: FinishedOperation = {
  kind: 'operation',
  name: 'work',
  traceId: 'c0e9dae9cd91e3f7f1f7b7750a70efae',
  spanId: '12c2c000f9e3a33c',
  parentSpanId: '19f848be9fba16f4',
  start: 1795235756288.868,
  end: 1795235756288.984,
  args: [],
  output: undefined,
  failed: false,
  error: undefined,
  tags: [],
  endState: undefined,
  call: undefined,
};

const call = (
  context: Record<string, unknown> | undefined,
  output: unknown,
  stylesheet?: Record<string, unknown>,
): FinishedOperation => ({
  ...ended,
  kind: 'poml',
  name: 'poml',
  output,
  call: {
    markup: '<p>Hello</p>',
    path: '../assets/explain_code.poml',
    context,
    stylesheet,
    trace: undefined,
  },
});

describe('for AgentOps, as its Python package and POML send them', () => {
  it('a call', () => {
    const output = { messages: [{ speaker: 'human', content: 'Hello' }], runtime: { temperature: 0.7 } };
    expect(spanOf(call({ code_path: 'sample.py' }, output), 'agentops')).toEqual({
      traceId: ended.traceId,
      spanId: ended.spanId,
      parentSpanId: ended.parentSpanId,
      name: 'poml.task',
      startTime: 1795235756288868000n,
      endTime: 1795235756288984000n,
      attributes: {
        'agentops.span.kind': 'task',
        'operation.name': 'poml',
        'agentops.task.input':
          '{"args": ["../assets/explain_code.poml", {"code_path": "sample.py"}, null], "kwargs": {}}',
        'agentops.task.output':
          '{"messages": [{"speaker": "human", "content": "Hello"}], "runtime": {"temperature": 0.7}}',
        // Ours: what stood in the file.
        'poml.source': '<p>Hello</p>',
      },
      status: { code: 'unset' },
    });
  });

  it('a call for raw text, without context', () => {
    const { attributes } = spanOf(call({}, '{"messages":[]}', {}), 'agentops');
    expect(attributes['agentops.task.input']).toBe(
      '{"args": ["../assets/explain_code.poml", null, null], "kwargs": {}}',
    );
    expect(attributes['agentops.task.output']).toBe('{"messages":[]}');
  });

  it('bytes of a context as they stand in its file', () => {
    const { attributes } = spanOf(
      call({ photo: Buffer.from('hi') }, null, { p: { syntax: 'xml' } }),
      'agentops',
    );
    expect(attributes['agentops.task.input']).toContain(
      '{"photo": {"__base64__": "aGk="}}, {"p": {"syntax": "xml"}}]',
    );
  });

  it('a session', () => {
    const session = { ...ended, kind: 'session' as const, name: 'poml_integration', args: undefined };
    const { parentSpanId: _, ...root } = session;
    const span = spanOf({ ...root, tags: ['ci', 'prompt-tests'], endState: 'Success' }, 'agentops');
    expect(span.name).toBe('poml_integration.session');
    expect(span).not.toHaveProperty('parentSpanId');
    expect(span.attributes).toEqual({
      'agentops.span.kind': 'session',
      'operation.name': 'poml_integration',
      'agentops.tags': ['ci', 'prompt-tests'],
      'agentops.session.end_state': 'Success',
    });
  });

  it('an agent and an operation', () => {
    const agent = spanOf({ ...ended, kind: 'agent', args: ['Köln', 1e-5], output: null }, 'agentops');
    expect([agent.name, agent.attributes]).toEqual([
      'work.agent',
      {
        'agentops.span.kind': 'agent',
        'operation.name': 'work',
        'agentops.agent.input': '{"args": ["K\\u00f6ln", 1e-05], "kwargs": {}}',
        'agentops.agent.output': 'null',
      },
    ]);
    expect(spanOf(ended, 'agentops').name).toBe('work.task');
  });

  it('one that failed', () => {
    const error = new RangeError('expected 3.5 to equal 4\n  at line 1');
    const span = spanOf({ ...ended, name: 'boom', failed: true, error }, 'agentops');
    expect(span.status).toEqual({ code: 'error', message: 'RangeError: expected 3.5 to equal 4' });
    expect(span.attributes).not.toHaveProperty('agentops.task.output');
    expect(span.events).toEqual([
      {
        name: 'exception',
        time: span.endTime,
        attributes: {
          'exception.type': 'RangeError',
          'exception.message': error.message,
          'exception.stacktrace': error.stack,
          'exception.escaped': 'False',
        },
      },
    ]);
  });
});

describe('for the other backends', () => {
  const operation = call({ n: 1 }, { messages: [] });
  const given = '{"prompt":"<p>Hello</p>","context":{"n":1},"stylesheet":null}';

  it('a call has the text of the prompt', () => {
    expect(spanOf(operation, 'mlflow')).toMatchObject({
      name: 'poml',
      attributes: {
        'mlflow.spanFunctionName': 'poml',
        'mlflow.spanType': 'UNKNOWN',
        'mlflow.spanInputs': given,
        'mlflow.spanOutputs': '{"messages":[]}',
      },
      status: { code: 'ok' },
    });
    for (const backend of ['weave', 'otlp'] as const) {
      expect(spanOf(operation, backend).attributes).toEqual({
        'openinference.span.kind': 'CHAIN',
        'input.value': given,
        'output.value': '{"messages":[]}',
      });
    }
  });

  it('an agent is one, and a session has its tags', () => {
    expect(spanOf({ ...ended, kind: 'agent' }, 'otlp').attributes).toEqual({
      'openinference.span.kind': 'AGENT',
      'input.value': '{"args":[]}',
      'output.value': 'null',
    });
    const session = {
      ...ended,
      kind: 'session' as const,
      args: undefined,
      tags: ['ci'],
      endState: 'Success',
    };
    expect(spanOf(session, 'otlp').attributes).toEqual({
      'openinference.span.kind': 'CHAIN',
      'tag.tags': ['ci'],
      'poml.session.end_state': 'Success',
    });
  });
});

it('what JSON cannot say is said in words', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const args = [
    1n,
    () => 1,
    Buffer.from('abc'),
    new Map([['a', 1]]),
    new Set([1]),
    new Error('no'),
    undefined,
    Symbol('s'),
  ];
  const input = (given: unknown[]) => spanOf({ ...ended, args: given }, 'otlp').attributes['input.value'];
  expect(input(args)).toBe(
    '{"args":["1","[function ]","[3 bytes]",[["a",1]],[1],"Error: no",null,"Symbol(s)"]}',
  );
  expect(input([circle])).toBe('{"args":"[object Object]"}');
});
