import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HOST } from '../../trace/owner.ts';
import { Sender } from '../send/sender.ts';
import { newSpanId, newTraceId, type Span, type SpanBatch } from '../span.ts';
import { resolveTarget } from '../targets/resolve.ts';
import type { AgentOpsServer } from '../testing/server.ts';
import { testDeadline, testFolder, testServer, testTarget } from '../testing/tools.ts';
import { entriesOf, parseEntry, printEntry, type SpoolEntry } from './entry.ts';
import { type PushReport, push } from './push.ts';
import { claim, keep, waiting } from './spool.ts';

const SPAN: Span = {
  traceId: newTraceId(),
  spanId: newSpanId(),
  parentSpanId: newSpanId(),
  name: 'case.task',
  startTime: 1795235556000000001n,
  endTime: 1795235556000000002n,
  attributes: { 'agentops.tags': ['a'], n: 1, t: true },
  status: { code: 'error', message: 'case: changed' },
  events: [{ name: 'exception', time: 1795235556000000002n, attributes: { 'exception.type': 'Changed' } }],
};

/** A folder for a spool, not made yet. */
const folder = () => path.join(testFolder(), 'spool');

function batch(count: number): SpanBatch {
  return {
    resource: { 'service.name': 'desk' },
    scope: { name: 'vitest-poml', version: '1' },
    spans: Array.from({ length: count }, () => ({ ...SPAN, spanId: newSpanId() })),
  };
}

/** Delivers as a run does, and keeps what is not delivered. */
async function deliver(dir: string, { env }: AgentOpsServer, spans: SpanBatch): Promise<void> {
  const target = testTarget(env);
  const delivery = await new Sender(target).deliver(spans, testDeadline());
  for (const entry of entriesOf(delivery, target, Date.now())) keep(dir, entry);
}

async function pushAll(dir: string, env: NodeJS.ProcessEnv, resend = false): Promise<PushReport> {
  const deadline = testDeadline();
  return push({ dir, resolve: (backend) => resolveTarget({ backend }, env), deadline, resend });
}

function ids(spans: readonly { spanId: string }[]): string[] {
  return spans.map(({ spanId }) => spanId).sort();
}

test('an entry reads back as it was', () => {
  const entry: SpoolEntry = {
    createdAt: 12,
    backend: 'otlp',
    url: 'https://c.example/v1/traces',
    why: 'no reason',
    uncertainSince: 13,
    batch: { ...batch(0), spans: [SPAN] },
  };
  expect(parseEntry(printEntry(entry))).toEqual(entry);
});

test.each([
  '',
  '{',
  '[]',
  '{"version":2}',
  '{"version":1,"backend":"x"}',
  '{"version":1,"backend":"otlp","createdAt":1,"scope":{}}',
])('%j is no entry', (text) => {
  expect(parseEntry(text)).toBeUndefined();
});

test('what could not be delivered lies there for this user only, without any secret, and is sent once', async () => {
  const agentops = await testServer();
  const dir = folder();
  const spans = batch(600);
  agentops.fault('collector', { status: 500 });
  await deliver(dir, agentops, spans);
  const files = readdirSync(dir).filter((name) => name.endsWith('.json'));
  expect(files).toHaveLength(2);
  for (const file of files) expect(statSync(path.join(dir, file)).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  const text = files.map((file) => readFileSync(path.join(dir, file), 'utf8')).join('\n');
  expect(text).not.toContain(agentops.env.AGENTOPS_API_KEY);
  expect(text).not.toMatch(/Bearer|eyJ/);
  expect(readFileSync(path.join(dir, '.gitignore'), 'utf8')).toMatch(/^\*$/m);

  agentops.mend();
  const report = await pushAll(dir, agentops.env);
  expect(report).toMatchObject({ entries: 2, sent: 600, failed: 0, found: 0, left: [] });
  expect(report.links).toEqual([`http://localhost:3000/sessions?trace_id=${SPAN.traceId}`]);
  expect(ids(agentops.spans)).toEqual(ids(spans.spans));
  expect(waiting(dir)).toEqual([]);
  expect(await pushAll(dir, agentops.env)).toMatchObject({ entries: 0, sent: 0 });
  expect(agentops.spans).toHaveLength(600);
});

test('two pushes at once send nothing twice', async () => {
  const agentops = await testServer();
  const dir = folder();
  const all = Array.from({ length: 12 }, () => batch(3));
  agentops.fault('collector', { status: 400 }, all.length);
  for (const spans of all) await deliver(dir, agentops, spans);
  const reports = await Promise.all([
    pushAll(dir, agentops.env),
    pushAll(dir, agentops.env),
    pushAll(dir, agentops.env),
  ]);
  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(36);
  expect(ids(agentops.spans)).toEqual(ids(all.flatMap(({ spans }) => spans)));
  expect(waiting(dir)).toEqual([]);
});

test('a redirect is not followed: keys and prompts go nowhere but where they were meant to', async () => {
  const [agentops, elsewhere] = await Promise.all([testServer(), testServer()]);
  agentops.fault('collector', { status: 307, headers: { location: `${elsewhere.url}/v1/traces` } });
  const dir = folder();
  await deliver(dir, agentops, batch(1));
  expect(elsewhere.requests).toEqual([]);
  expect((await pushAll(dir, agentops.env)).left[0]?.why).toMatch(
    /answered 307 \(it moved to http:.*name the new address\)$/,
  );
  expect(elsewhere.requests).toEqual([]);
});

test('what fails again stays', async () => {
  const agentops = await testServer();
  const dir = folder();
  agentops.fault('collector', { status: 400, body: 'not today' });
  await deliver(dir, agentops, batch(2));
  const report = await pushAll(dir, agentops.env);
  expect(report).toMatchObject({
    entries: 1,
    sent: 0,
    left: [{ spans: 2, why: expect.stringContaining('not today') }],
  });
  agentops.mend();
  expect(await pushAll(dir, agentops.env)).toMatchObject({ sent: 2, left: [] });
});

test('what may have arrived is looked up first: all of it had', async () => {
  const agentops = await testServer();
  const dir = folder();
  const spans = batch(4);
  agentops.fault('collector', 'swallow', 1);
  await deliver(dir, agentops, spans);
  expect(agentops.spans).toHaveLength(4);
  expect(await pushAll(dir, agentops.env)).toMatchObject({ entries: 1, sent: 0, found: 4, left: [] });
  expect(agentops.spans).toHaveLength(4);
  expect(waiting(dir)).toEqual([]);
});

test('what may have arrived is looked up first: it had, and shows only later', async () => {
  const agentops = await testServer();
  const dir = folder();
  agentops.delayed = true;
  agentops.fault('collector', 'swallow', 1);
  await deliver(dir, agentops, batch(4));
  expect((await pushAll(dir, agentops.env)).left).toHaveLength(1);
  agentops.settle();
  expect(await pushAll(dir, agentops.env)).toMatchObject({ sent: 0, found: 4, left: [] });
  expect(agentops.spans).toHaveLength(4);
});

test('what may have arrived and is not there waits until it cannot come any more, then is sent', async () => {
  const agentops = await testServer();
  const dir = folder();
  const spans = batch(4);
  agentops.fault('collector', 'reset', 1);
  await deliver(dir, agentops, spans);
  const early = await pushAll(dir, agentops.env);
  expect(early).toMatchObject({
    sent: 0,
    left: [{ spans: 4, why: expect.stringMatching(/still be on its way; try again in 6 min/) }],
  });
  expect(agentops.spans).toEqual([]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 331_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  expect(await pushAll(dir, agentops.env)).toMatchObject({ sent: 4, found: 0, left: [] });
  expect(ids(agentops.spans)).toEqual(ids(spans.spans));
});

test('what may have arrived at a backend that cannot be asked is sent on request only', async () => {
  const agentops = await testServer();
  const dir = folder();
  keep(dir, {
    createdAt: Date.now(),
    backend: 'otlp',
    url: 'http://127.0.0.1:9/v1/traces',
    why: 'there was no answer in time',
    uncertainSince: Date.now(),
    batch: batch(1),
  });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  const report = await pushAll(dir, env);
  expect(report.left[0]?.why).toMatch(/no answer in time.*--resend/);
  expect(agentops.requests).toEqual([]);
});

test('an entry is never sent to another place than it was meant for', async () => {
  const agentops = await testServer();
  const dir = folder();
  keep(dir, {
    createdAt: 1,
    backend: 'agentops',
    url: 'https://otlp.agentops.ai/v1/traces',
    why: 'x',
    batch: batch(1),
  });
  const report = await pushAll(dir, agentops.env);
  expect(report.left[0]?.why).toMatch(
    /^meant for https:\/\/otlp\.agentops\.ai\/v1\/traces, but agentops is http/,
  );
  expect(agentops.requests).toEqual([]);
  expect(waiting(dir)).toHaveLength(1);
});

test.each([
  [{}, 'AGENTOPS_API_KEY is not set'],
  [{ AGENTOPS_API_KEY: 'nonsense' }, 'AGENTOPS_API_KEY is not a key of AgentOps'],
])('with %j everything stays', async (env, why) => {
  const dir = folder();
  keep(dir, {
    createdAt: 1,
    backend: 'agentops',
    url: 'https://otlp.agentops.ai/v1/traces',
    why: 'x',
    batch: batch(1),
  });
  expect((await pushAll(dir, env)).left[0]?.why).toContain(why);
  expect(waiting(dir)).toHaveLength(1);
});

test('what a killed push had taken may have been sent, so it counts as uncertain; that of a living one is not touched', async () => {
  const agentops = await testServer();
  const dir = folder();
  agentops.fault('collector', { status: 400 }, 2);
  await deliver(dir, agentops, batch(1));
  await deliver(dir, agentops, batch(2));
  const [dead, living] = waiting(dir).map((name) => path.join(dir, name));
  // No process has this id: the largest that Linux gives is 4194304.
  renameSync(dead!, `${dead}.${HOST}-4999999-0123abcd`);
  renameSync(living!, `${living}.${HOST}-${process.pid}-0123abcd`);
  const report = await pushAll(dir, agentops.env);
  expect(report).toMatchObject({
    entries: 1,
    sent: 0,
    left: [{ spans: 1, why: expect.stringContaining('still be on its way') }],
  });
  expect(agentops.spans).toEqual([]);
  const [name] = waiting(dir);
  expect(parseEntry(readFileSync(path.join(dir, name!), 'utf8'))?.uncertainSince).toBeTypeOf('number');
});

test('an entry can be claimed once, also when it is old', () => {
  const dir = folder();
  keep(dir, { createdAt: 1, backend: 'otlp', url: 'https://c.example/v1/traces', why: 'x', batch: batch(1) });
  const [name] = waiting(dir);
  const old = new Date(Date.now() - 86_400_000);
  utimesSync(path.join(dir, name!), old, old);
  const first = claim(dir, name!);
  expect(first?.entry?.why).toBe('x');
  expect(claim(dir, name!)).toBeUndefined();
  expect(waiting(dir)).toEqual([]);
  first?.release();
  expect(waiting(dir)).toEqual([name]);
});

test('a broken file is named and left alone', async () => {
  const dir = folder();
  mkdirSync(dir, { recursive: true });
  const name = '20261126090000000-0123abcd.json';
  writeFileSync(path.join(dir, name), '{"version":1,"spans":[');
  writeFileSync(path.join(dir, 'notes.txt'), 'mine');
  const report = await pushAll(dir, {});
  expect(report.left).toEqual([{ spans: 0, why: expect.stringContaining(name) }]);
  expect(readdirSync(dir).sort()).toEqual([name, 'notes.txt']);
});

test('a full spool takes nothing more', () => {
  const dir = folder();
  const entry: SpoolEntry = {
    createdAt: 1,
    backend: 'otlp',
    url: 'https://c.example/v1/traces',
    why: 'x',
    batch: batch(1),
  };
  expect(() => keep(dir, entry, 100)).toThrow(/is full; send it with npx vitest-poml push/);
  expect(waiting(dir)).toEqual([]);
});
