import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../trace/testing/session-folder.ts';
import { decodeRequest, type ReceivedSpan } from '../testing/decode.ts';
import { type AgentOpsServer, startAgentOps } from '../testing/server.ts';
import { agent, flushTrace, getTrace, poml, setTrace, startSession } from '../trace.ts';
import { Exporter } from './exporter.ts';

const loaded = vi.hoisted(() => ({ sender: false }));
vi.mock('../send/sender.ts', (original) => {
  loaded.sender = true;
  return original();
});

let warned: [string, { code: string }][];
beforeEach(() => {
  warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {}).mock
    .calls as unknown as typeof warned;
});
afterEach(async () => {
  setTrace(false);
  await flushTrace();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const use = (env: Record<string, string>) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

it('nothing of a backend is loaded for files alone', async () => {
  const dir = setTrace('local', { traceDir: temporaryFolder() });
  await poml('<p>Hello</p>');
  expect(dir).toBeDefined();
  expect(loaded.sender).toBe(false);
});

describe('AgentOps', () => {
  let server: AgentOpsServer;
  beforeEach(async () => {
    server = await startAgentOps();
    use(server.env);
  });
  afterEach(() => server.close());

  it('gets a session as its own package would send it', async () => {
    setTrace('agentops');
    const session = startSession('checkout', { tags: ['ci'] });
    const desk = agent('desk', (n: number) => poml('<p>{{ n }}</p>', { context: { n } }));
    await desk(7);
    session.end();
    await flushTrace();
    expect(warned).toEqual([]);
    const [root, inner, call] = ['checkout.session', 'desk.agent', 'poml.task'].map(
      (name) => server.spans.find((span) => span.name === name)!,
    ) as [ReceivedSpan, ReceivedSpan, ReceivedSpan];
    expect(server.spans).toHaveLength(3);
    expect(server.spans.map(({ traceId }) => traceId)).toEqual(server.spans.map(() => session.traceId));
    expect([root.parentSpanId, inner.parentSpanId, call.parentSpanId]).toEqual([
      '',
      root.spanId,
      inner.spanId,
    ]);
    expect(root.attributes).toMatchObject({
      'agentops.tags': ['ci'],
      'agentops.session.end_state': 'Success',
    });
    expect(call.attributes['agentops.task.output']).toBe(
      '{"messages": [{"speaker": "human", "content": "7"}]}',
    );
    expect(call.attributes['agentops.task.input']).toMatch(
      /^\{"args": \["\/.*\/tmp\w{8}", \{"n": 7\}, null\], "kwargs": \{\}\}$/,
    );
    expect(server.spans.every(({ start }) => start >= root.start)).toBe(true);
    expect(inner.start - root.start).toBeGreaterThanOrEqual(1_000_000n);
  });

  it('gets what came before another setting too', async () => {
    setTrace('agentops');
    await poml('<p>one</p>');
    setTrace(false);
    await poml('<p>two</p>');
    await flushTrace();
    expect(server.spans).toHaveLength(1);
  });

  it('gets it also when files are written, and files do not depend on it', async () => {
    server.fault('collector', { status: 500 });
    const dir = setTrace(['local', 'agentops'], { traceDir: temporaryFolder() })!;
    await poml('<p>Hello</p>');
    expect(path.dirname(getTrace().at(-1)!.prefix!)).toBe(dir);
    await flushTrace({ timeout: 300 });
  });

  it.each(['hang', 'reset', { status: 401 }, { status: 500 }] as const)(
    'that answers %j does not hold a flush up, and costs one warning',
    async (fault) => {
      server.fault('collector', fault);
      setTrace('agentops');
      for (let flushes = 0; flushes < 2; flushes++) {
        expect(await poml('<p>Hello</p>')).toHaveLength(1);
        await flushTrace({ timeout: 300 });
      }
      await vi.waitFor(() => expect(warned).toHaveLength(1));
      expect(warned[0]).toEqual([
        expect.stringMatching(/^agentops: 1 span\(s\) were not delivered: .* Calls of poml go on as ever\.$/),
        { code: 'VITEST_POML_TELEMETRY' },
      ]);
      expect(warned[0]![0]).not.toContain(server.env.AGENTOPS_API_KEY);
    },
  );

  it('gets what a program left that simply came to its end', async () => {
    const program = `
      import { poml, setTrace } from ${JSON.stringify(path.resolve(import.meta.dirname, '../trace.ts'))};
      setTrace('agentops');
      await poml('<p>bye</p>');
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: 'inherit',
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(server.spans.map(({ name }) => name)).toEqual(['poml.task']);
  }, 30_000);
});

it('without a key nothing is sent, and one line says so', async () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);
  vi.stubEnv('AGENTOPS_API_KEY', '');
  setTrace('agentops');
  await poml('<p>Hello</p>');
  await poml('<p>Hello</p>');
  await flushTrace();
  expect(fetch).not.toHaveBeenCalled();
  expect(warned.map(([message]) => message)).toEqual([
    'agentops: nothing is sent: AGENTOPS_API_KEY is not set. Calls of poml go on as ever.',
  ]);
});

it('what waits is bounded, in spans and in size, and what was lost is counted', async () => {
  let sent = 0;
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent += decodeRequest(init.body as Uint8Array, 'application/x-protobuf').length;
    return new Response('', { status: 200 });
  });
  const exporter = new Exporter('otlp', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' });
  const ended = {
    kind: 'operation' as const,
    name: 'work',
    traceId: 'c0e9dae9cd91e3f7f1f7b7750a70efae',
    spanId: '12c2c000f9e3a33c',
    start: 1,
    end: 2,
    args: [],
    output: 1,
    failed: false,
    error: undefined,
    tags: [],
    endState: undefined,
    call: undefined,
  };
  for (let n = 0; n < 3000; n++) exporter.add(ended);
  await exporter.flush(20_000);
  expect(sent).toBe(2048);
  expect(warned.map(([message]) => message)).toEqual([
    'otlp: 952 span(s) were not delivered: too many, too large, or refused. Calls of poml go on as ever.',
  ]);
  sent = 0;
  const large = { ...ended, output: 'x'.repeat(600_000) };
  for (let n = 0; n < 100; n++) exporter.add(large);
  await exporter.flush(20_000);
  expect(sent).toBeGreaterThan(50);
  expect(sent).toBeLessThan(60);
});

it('each backend gets its own spans at its own place', async () => {
  const requests: { url: string; spans: ReceivedSpan[]; headers: Headers }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    requests.push({
      url,
      headers,
      spans: decodeRequest(init.body as Uint8Array, headers.get('content-type')!),
    });
    return new Response('', { status: 200 });
  });
  use({
    MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000',
    MLFLOW_EXPERIMENT_ID: '7',
    WANDB_API_KEY: 'wandb-secret',
    WEAVE_PROJECT: 'team/desk',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_SERVICE_NAME: 'desk',
  });
  setTrace(['mlflow', 'weave', 'otlp', 'otlp']);
  await poml('<p>{{ n }}</p>', { context: { n: 1 } });
  await flushTrace();
  expect(warned).toEqual([]);
  const by = Object.fromEntries(requests.map((request) => [request.url, request]));
  expect(Object.keys(by).sort()).toEqual([
    'http://127.0.0.1:4318/v1/traces',
    'http://127.0.0.1:5000/v1/traces',
    'https://trace.wandb.ai/otel/v1/traces',
  ]);
  expect(requests).toHaveLength(3);
  const names = { mlflow: 'mlflow.spanInputs', others: 'input.value' };
  for (const { url, spans, headers } of requests) {
    const [span] = spans;
    const input = span!.attributes[url.includes(':5000') ? names.mlflow : names.others];
    expect(input).toBe('{"prompt":"<p>{{ n }}</p>","context":{"n":1},"stylesheet":null}');
    expect(headers.has('wandb-api-key')).toBe(url.includes('wandb'));
    expect(span!.resource['service.name']).toBe(url.includes(':4318') ? 'desk' : 'poml');
  }
});
