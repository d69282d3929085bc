import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Reader } from '../read/api.ts';
import { Deadline } from '../send/deadline.ts';
import { Sender } from '../send/sender.ts';
import type { Span } from '../span.ts';
import { TRACE_ID } from '../testing/pull-spans.ts';
import { testDeadline, testFolder, testServer, testTarget } from '../testing/tools.ts';
import { pullSubject, readExport, readTrace } from './read-trace.ts';

test.each([
  [TRACE_ID, { traceId: TRACE_ID }],
  [TRACE_ID.toUpperCase(), { traceId: TRACE_ID }],
  ['5b8efff7-9803-8103-d269-b633813fc60c', { traceId: TRACE_ID }],
  [`https://app.agentops.ai/sessions?trace_id=${TRACE_ID}`, { traceId: TRACE_ID }],
  [`http://localhost:3000/traces?trace_id=${TRACE_ID}&x=1`, { traceId: TRACE_ID }],
  [`https://app.agentops.ai/traces/${TRACE_ID}`, { traceId: TRACE_ID }],
])('%s names a trace', (given, expected) => {
  expect(pullSubject(given, '/')).toEqual(expected);
});

test('a file is a file, anything else is refused', () => {
  const dir = testFolder();
  writeFileSync(path.join(dir, 'trace.json'), '{}');
  expect(pullSubject('trace.json', dir)).toEqual({ file: path.join(dir, 'trace.json') });
  expect(() => pullSubject('nothing.json', dir)).toThrow(/neither a trace id/);
  expect(() => pullSubject('https://app.agentops.ai/sessions', dir)).toThrow(/neither a trace id/);
  expect(() => readExport(path.join(dir, 'trace.json'))).toThrow(/is no trace exported by AgentOps/);
  writeFileSync(path.join(dir, 'trace.json'), '{');
  expect(() => readExport(path.join(dir, 'trace.json'))).toThrow(/is no JSON/);
});

test('reading gets over what passes, and says what does not', async () => {
  const agentops = await testServer();
  const target = testTarget(agentops.env);
  const span: Span = {
    traceId: TRACE_ID,
    spanId: '1'.repeat(16),
    name: 'poml.task',
    startTime: 1n,
    endTime: 2n,
    attributes: {},
    status: { code: 'ok' },
  };
  await new Sender(target).deliver(
    { resource: {}, scope: { name: 'x', version: '1' }, spans: [span] },
    testDeadline(),
  );
  const reader = new Reader(target, testDeadline(), { random: () => 1 });
  await reader.trace(TRACE_ID);
  agentops.revokeTokens();
  expect((await reader.trace(TRACE_ID))?.spans).toHaveLength(1);
  agentops.fault('read', { status: 429, headers: { 'retry-after': '0' } }, 2);
  agentops.fault('read', 'reset', 1);
  expect((await reader.trace(TRACE_ID))?.spans).toHaveLength(1);
  expect(await reader.trace('0'.repeat(32))).toBeUndefined();
  agentops.fault('read', { status: 500, body: '{"error":"Internal Server Error"}' }, 1);
  await expect(reader.trace(TRACE_ID)).rejects.toThrow(/answered 500: Internal Server Error/);
  agentops.fault('read', { status: 200, body: '[]' }, 1);
  await expect(reader.trace(TRACE_ID)).rejects.toThrow(/not a trace/);
});

test('a trace that was just sent is waited for', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let asked = 0;
  const trace = { traceId: TRACE_ID, projectId: 'p', spans: [] };
  const reader = { trace: async () => (++asked < 4 ? undefined : trace) } as unknown as Reader;
  const until = new Deadline(60_000);
  const now = Date.now();
  const read = readTrace(reader, TRACE_ID, { deadline: until, waitUntil: now + 60_000, api: 'x' });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await read).toMatchObject({ traceId: TRACE_ID, spans: [] });
  asked = -100;
  const never = readTrace(reader, TRACE_ID, { deadline: until, waitUntil: now + 20_000, api: 'x' });
  const failed = expect(never).rejects.toThrow(/has no trace .*--wait 60/);
  await vi.advanceTimersByTimeAsync(10_000);
  await failed;
  until.clear();
});
