import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agent, operation, poml, startSession } from './index.ts';
import type { FinishedOperation } from './sink.ts';
import { configure } from './state.ts';
import { setTrace } from './testing/set-trace.ts';

let ended: FinishedOperation[];
beforeEach(() => {
  ended = [];
  configure('otlp', {}, () => ({ add: (operation) => ended.push(operation), flush: async () => {} }));
});
afterEach(() => {
  setTrace(false);
});

const named = (name: string) => {
  const found = ended.filter((one) => one.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};
const isBelow = (child: string, parent: string) => {
  expect([named(child).parentSpanId, named(child).traceId]).toEqual([
    named(parent).spanId,
    named(parent).traceId,
  ]);
  expect(named(child).start).toBeGreaterThanOrEqual(named(parent).start);
  expect(named(child).end).toBeLessThanOrEqual(named(parent).end);
};

describe('spans', () => {
  it('of a session, an agent, an operation and a call hang from one another', async () => {
    const session = startSession('checkout', { tags: ['ci'] });
    const triage = operation('triage', (n: number) => poml('<p>{{ n }}</p>', { context: { n } }));
    const desk = agent('desk', async (n: number) => {
      await delay(1);
      return triage(n);
    });
    await desk(7);
    session.end('Done');

    isBelow('poml', 'triage');
    isBelow('triage', 'desk');
    isBelow('desk', 'checkout');
    expect(named('checkout')).toMatchObject({
      kind: 'session',
      traceId: session.traceId,
      tags: ['ci'],
      endState: 'Done',
      args: undefined,
    });
    expect(named('checkout').parentSpanId).toBeUndefined();
    const messages = [{ speaker: 'human', content: '7' }];
    expect(named('desk')).toMatchObject({ kind: 'agent', args: [7], output: messages, failed: false });
    expect(named('triage')).toMatchObject({ kind: 'operation', args: [7], output: messages });
    expect(named('poml')).toMatchObject({
      kind: 'poml',
      args: [expect.stringMatching(/tmp\w{8}$/), { n: 7 }, null],
      output: { messages },
      call: { markup: '<p>{{ n }}</p>', context: { n: 7 }, trace: undefined },
    });
    expect(
      ended.every(({ spanId, traceId }) => /^[0-9a-f]{16}$/.test(spanId) && /^[0-9a-f]{32}$/.test(traceId)),
    ).toBe(true);
  });

  it('of work side by side do not mix', async () => {
    const inner = operation('inner', async (n: number) => {
      await delay(Math.random() * 5);
      return n;
    });
    const outer = operation('outer', async (n: number) => {
      await delay(Math.random() * 5);
      return inner(n);
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => outer(n)));
    const outers = new Map(ended.filter(({ name }) => name === 'outer').map((one) => [one.spanId, one]));
    const inners = ended.filter(({ name }) => name === 'inner');
    expect(inners).toHaveLength(20);
    for (const one of inners) expect(outers.get(one.parentSpanId!)!.args).toEqual(one.args);
    expect(new Set(ended.map(({ traceId }) => traceId)).size).toBe(20);
  });

  it('without a session are each a trace of their own', async () => {
    await poml('<p>1</p>');
    await poml('<p>2</p>');
    expect(ended.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined]);
    expect(ended[0]!.traceId).not.toBe(ended[1]!.traceId);
  });

  it('of a call that failed carry the error', async () => {
    await expect(poml('<p>{{ a.b }}</p>')).rejects.toThrow();
    expect(named('poml')).toMatchObject({ failed: true, error: { name: 'RenderError' }, output: undefined });
  });
});

describe('a session', () => {
  it('no longer gets what comes after its end, and ends once', async () => {
    const session = startSession();
    session.end();
    session.end('again');
    await poml('<p>later</p>');
    expect(named('default').endState).toBe('Success');
    expect(named('poml').parentSpanId).toBeUndefined();
  });

  it('gets work that was started elsewhere', async () => {
    const session = startSession('one');
    const other = startSession('two');
    await session.run(() => poml('<p>1</p>'));
    session.end();
    other.end();
    isBelow('poml', 'one');
  });
});

describe('a wrapped function', () => {
  it('keeps its value, this and arguments', () => {
    const desk = {
      n: 2,
      times: operation('times', function (this: { n: number }, by: number) {
        return this.n * by;
      }),
    };
    expect(desk.times(21)).toBe(42);
    expect(named('times')).toMatchObject({ args: [21], output: 42 });
  });

  it('throws what it throws, and tells of it', async () => {
    const error = new Error('no');
    const fail = operation('fail', () => {
      throw error;
    });
    const failLater = agent('failLater', async () => {
      await delay(1);
      throw error;
    });
    expect(fail).toThrow(error);
    await expect(failLater()).rejects.toBe(error);
    expect(named('fail')).toMatchObject({ failed: true, error });
    expect(named('failLater')).toMatchObject({ kind: 'agent', failed: true, error });
  });

  it('gives a promise with abilities of its own as it is', async () => {
    class Reply extends Promise<string> {
      status = 200;
    }
    const reply = operation('reply', () => Reply.resolve('yes') as Reply)();
    expect(reply).toBeInstanceOf(Reply);
    expect([reply.status, await reply]).toEqual([200, 'yes']);
    expect(named('reply').output).toBe('yes');
  });

  it('that is a generator ends with its last step', () => {
    const count = operation('count', function* (to: number): Generator<number, string, string> {
      const inside = operation('inside', () => 1);
      for (let n = 0; n < to; n++) {
        inside();
        expect(yield n).toBe('on');
      }
      return 'done';
    });
    const counting = count(1);
    expect(counting.next('')).toEqual({ value: 0, done: false });
    expect(ended.map(({ name }) => name)).toEqual(['inside']);
    expect(counting.next('on')).toEqual({ value: 'done', done: true });
    isBelow('inside', 'count');
    expect(named('count').output).toBe('done');
  });

  it('that is a generator ends when it is left, or fails', () => {
    const numbers = operation('numbers', function* () {
      yield 1;
      yield 2;
    });
    for (const _ of numbers()) break;
    expect(named('numbers').failed).toBe(false);
    const failing = operation('failing', function* () {
      yield 1;
      throw new Error('no');
    });
    expect(() => [...failing()]).toThrow('no');
    expect(named('failing').failed).toBe(true);
  });

  it('that is an asynchronous generator keeps its strand between steps', async () => {
    const stream = agent('stream', async function* () {
      yield await poml('<p>1</p>');
      await delay(1);
    });
    const got = [];
    for await (const messages of stream()) got.push(messages);
    expect(got).toHaveLength(1);
    isBelow('poml', 'stream');
  });
});
