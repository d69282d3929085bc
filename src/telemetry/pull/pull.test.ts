import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { VerdictRecord } from '../../golden/record.ts';
import { loadSession } from '../../trace/session.ts';
import { loadSessions } from '../../trace/sessions.ts';
import { createPathFinder } from '../../trace/source.ts';
import { Reader } from '../read/api.ts';
import { mapRun } from '../run/map-run.ts';
import { Deadline } from '../send/deadline.ts';
import { Sender } from '../send/sender.ts';
import type { Span } from '../span.ts';
import { resolveTarget } from '../targets/resolve.ts';
import type { Target } from '../targets/target.ts';
import { type AgentOpsServer, startAgentOps } from '../testing/server.ts';
import { callOf } from './call.ts';
import { callName } from './files.ts';
import { type PullOptions, type PullReport, writePulled } from './pull.ts';
import { pullSubject, readExport, readTrace } from './read-trace.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures');
const ID = '5b8efff798038103d269b633813fc60c';

function folder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'poml-pull-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function server(): Promise<AgentOpsServer> {
  const started = await startAgentOps();
  onTestFinished(() => started.close());
  return started;
}

function targetOf(env: NodeJS.ProcessEnv): Target {
  const resolved = resolveTarget({}, env);
  if ('off' in resolved) throw new Error(resolved.off);
  return resolved.target;
}

function deadline(milliseconds = 5000): Deadline {
  const made = new Deadline(milliseconds);
  onTestFinished(() => made.clear());
  return made;
}

/** An exported trace with spans of these attributes, pulled. */
function pullSpans(
  spans: { attributes: Record<string, unknown>; name?: string; status?: string }[],
  options: Partial<PullOptions> = {},
): PullReport & { read(name: string): string | undefined; names: string[] } {
  const dir = folder();
  const file = path.join(dir, 'export.json');
  const rows = spans.map(({ attributes, name = 'poml.task', status = 'UNSET' }, i) => ({
    trace_id: ID,
    span_id: String(i + 1).padStart(16, '0'),
    span_name: name,
    start_time: `2026-11-21T04:35:5${i}.867616+00:00`,
    status_code: status,
    span_attributes: attributes,
  }));
  writeFileSync(file, JSON.stringify({ trace: null, spans: rows }));
  const report = writePulled(readExport(file), {
    to: path.join(dir, 'out'),
    root: dir,
    finders: [],
    ...options,
  });
  const names = readdirSync(report.session).sort();
  return {
    ...report,
    names,
    read: (name) =>
      names.includes(name) ? readFileSync(path.join(report.session, name), 'utf8') : undefined,
  };
}

const input = (prompt: unknown, context: unknown = null, stylesheet: unknown = null) =>
  JSON.stringify({ args: [prompt, context, stylesheet], kwargs: {} });
const OUTPUT = JSON.stringify({ messages: [{ speaker: 'human', content: 'Hello' }] });

test('a recorded session that was posted is pulled back file by file', { timeout: 60_000 }, async () => {
  const agentops = await server();
  const sessions = loadSessions(`${FIXTURES}/apps/*/pomlruns/*`);
  expect(sessions.length).toBeGreaterThan(2);
  for (const session of sessions) {
    const renders = session.traces.map(
      (trace): VerdictRecord => ({
        title: trace.id,
        prompt: trace.name,
        session: session.dir,
        trace: trace.id,
        golden: trace.prefix,
        status: 'same',
        source: { kind: 'recorded', path: trace.path('.poml') },
      }),
    );
    const run = {
      name: 'prompt_tests',
      root: session.dir,
      runner: 'vitest',
      brokenFiles: 0,
      cases: renders.map((record, i) => ({
        name: record.title,
        file: path.join(session.dir, 'a.test.ts'),
        state: 'passed' as const,
        startedAt: 1_795_000_000_000 + i * 10,
        duration: 5,
        errors: [],
        renders: [record],
      })),
    };
    const { traceId, batch } = mapRun(run, {
      content: 'all',
      tags: ['a'],
      cases: 'all',
      usage: false,
      version: '1.0.0',
      origin: {},
    });
    const target = targetOf(agentops.env);
    const sent = await new Sender(target).deliver(batch, deadline(20_000));
    expect(sent).toMatchObject({ sent: batch.spans.length, undelivered: [], notes: [] });
    const until = deadline(20_000);
    const trace = await readTrace(new Reader(target, until), traceId, {
      deadline: until,
      waitUntil: 0,
      api: agentops.url,
    });
    const report = writePulled(trace, { to: folder(), root: session.dir, finders: [] });
    const pulled = loadSession(report.session);
    expect(pulled.traces).toHaveLength(session.traces.length);
    pulled.traces.forEach((back, i) => {
      const recorded = session.traces[i]!;
      expect(back.markup, recorded.prefix).toBe(recorded.markup);
      for (const suffix of ['.context.json', '.stylesheet.json', '.result.json', '.result.txt'])
        expect(textAt(back.path(suffix)), recorded.path(suffix)).toBe(textAt(recorded.path(suffix)));
    });
  }
});

function textAt(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The spans of a run of the Python SDK. */
function sdkSpans(run: string): { name: string; attributes: Record<string, unknown> }[] {
  const uploads = JSON.parse(readFileSync(path.join(FIXTURES, `agentops/${run}.json`), 'utf8')) as {
    decoded?: { scopes: { spans: { name: string; attributes: Record<string, unknown> }[] }[] }[];
  }[];
  return uploads.flatMap(({ decoded = [] }) =>
    decoded.flatMap(({ scopes }) => scopes.flatMap(({ spans }) => spans)),
  );
}

test('calls outside of a session have no root, and are read all the same', () => {
  const pulled = pullSpans(sdkSpans('py-error'));
  expect(pulled.calls.map(({ id }) => id)).toEqual(['0001.explain_code', '0002.raw']);
  expect(pulled.others).toBe(1);
});

test('what the Python SDK sends becomes a session, its prompt looked up by its path', () => {
  const spans = sdkSpans('py-init');
  const root = folder();
  mkdirSync(path.join(root, 'assets'));
  writeFileSync(path.join(root, 'assets/explain_code.poml'), '<poml>now</poml>');
  const finders = [createPathFinder({ root, prompts: 'assets' })];
  const pulled = pullSpans(spans, { finders, root });
  expect(pulled.calls).toEqual([
    { id: '0001.explain_code', source: 'file', problems: [] },
    {
      id: '0002.raw',
      source: 'unavailable',
      problems: [expect.stringContaining('The prompt is not available')],
    },
  ]);
  expect(pulled.others).toBe(1);
  expect(pulled.names).toEqual([
    '0001.explain_code.context.json',
    '0001.explain_code.env',
    '0001.explain_code.poml',
    '0001.explain_code.result.json',
    '0001.explain_code.result.txt',
    '0002.raw.env',
    '0002.raw.result.json',
    '0002.raw.result.txt',
    'golden.json',
  ]);
  expect(pulled.read('0001.explain_code.poml')).toBe('<poml>now</poml>');
  expect(pulled.read('0001.explain_code.env')).toBe('SOURCE_PATH=../assets/explain_code.poml\n');
  expect(pulled.read('0001.explain_code.result.json')).toBe(
    JSON.stringify(
      { messages: [{ speaker: 'human', content: 'Hello' }], runtime: { temperature: 0.7 } },
      null,
      2,
    ),
  );
  expect(pulled.read('0001.explain_code.result.txt')).toBe('===== human =====\n\nHello');
  expect(JSON.parse(pulled.read('golden.json') ?? '')).toMatchObject({
    version: 1,
    pulled: { backend: 'agentops', trace: ID, from: 'export.json' },
    calls: {
      '0001.explain_code': { source: 'file', file: 'assets/explain_code.poml' },
      '0002.raw': { source: 'unavailable' },
    },
  });
  const session = loadSession(pulled.session);
  expect(session.traces.map(({ id }) => id)).toEqual(['0001.explain_code', '0002.raw']);
});

test.each(['agentops.task', 'agentops.operation', 'agentops.entity', 'task', 'operation'])(
  'the spelling %s.input and .output is read, flat and nested',
  (kind) => {
    const flat = { [`${kind}.input`]: input('a.poml', { n: 1 }), [`${kind}.output`]: OUTPUT };
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
    { attributes: { 'agentops.task.input': input('a.poml'), 'agentops.task.output': output } },
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
      attributes: { 'agentops.task.input': input('z.poml', 'ctx.json', [1]), 'agentops.task.output': OUTPUT },
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
    { attributes: { 'agentops.task.input': input('a.poml', { n: 1 }) } },
    { attributes: { 'agentops.task.output': OUTPUT } },
    { attributes: { 'agentops.task.input': input('c.poml') }, status: 'STATUS_CODE_ERROR' },
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
    'agentops.task.input': input(markup),
    'agentops.task.output': OUTPUT,
  };
  const pulled = pullSpans([{ attributes }]);
  expect(pulled.calls).toEqual([{ id: '0001.prompt', source: 'sent', problems: [] }]);
  expect(pulled.read('0001.prompt.poml')).toBe(markup);
  expect(pulled.names.filter((name) => name.endsWith('.env'))).toEqual([]);
});

test('a path from a trace leads nowhere but to the given folders', () => {
  const root = folder();
  const outside = folder();
  writeFileSync(path.join(outside, 'secret.poml'), 'secret');
  mkdirSync(path.join(root, 'prompts'));
  symlinkSync(path.join(outside, 'secret.poml'), path.join(root, 'prompts/link.poml'));
  const paths = [
    path.join(outside, 'secret.poml'),
    `../${path.basename(outside)}/secret.poml`,
    'prompts/link.poml',
    '/etc/passwd',
    '<poml>not markup</poml>',
    '../../../../etc/passwd',
  ];
  const pulled = pullSpans(
    paths.map((prompt) => ({
      attributes: { 'agentops.task.input': input(prompt), 'agentops.task.output': OUTPUT },
    })),
    { finders: [createPathFinder({ root, prompts: '**' })], root },
  );
  expect(pulled.calls.map(({ source }) => source)).toEqual(paths.map(() => 'unavailable'));
  expect(pulled.names.filter((name) => name.endsWith('.poml'))).toEqual([]);
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

test('a source path cannot add a line of its own', () => {
  const pulled = pullSpans([
    {
      attributes: { 'agentops.task.input': input('a.poml\nPOML_VERSION=9'), 'agentops.task.output': OUTPUT },
    },
  ]);
  const env = pulled.names.find((name) => name.endsWith('.env')) ?? '';
  expect(pulled.read(env)).toBe('SOURCE_PATH=a.poml\\u000aPOML_VERSION=9\n');
});

test('pulling again changes nothing; what somebody changed is replaced on request only', () => {
  const dir = folder();
  const trace = {
    traceId: ID,
    projectId: 'p',
    from: 'x',
    spans: [
      {
        spanId: '1',
        name: 'poml.task',
        startTime: '2026-11-21T04:35:53.867616+00:00',
        failed: false,
        attributes: { 'agentops.task.input': input('a.poml'), 'agentops.task.output': OUTPUT },
      },
    ],
  };
  const options = { to: dir, root: dir, finders: [] };
  const first = writePulled(trace, options);
  expect(first.unchanged).toBe(false);
  expect(path.basename(first.session)).toMatch(/^\d{14}867616$/);
  expect(writePulled(trace, options)).toMatchObject({ session: first.session, unchanged: true });
  writeFileSync(path.join(first.session, '0001.a.result.txt'), 'mine');
  expect(() => writePulled(trace, options)).toThrow(/differs: somebody changed it.*--force/);
  expect(writePulled(trace, { ...options, force: true }).unchanged).toBe(false);
  expect(readFileSync(path.join(first.session, '0001.a.result.txt'), 'utf8')).toBe(
    '===== human =====\n\nHello',
  );
  expect(readdirSync(dir)).toEqual([path.basename(first.session)]);
  // Another trace of the same moment has a folder of its own.
  expect(path.basename(writePulled({ ...trace, traceId: 'f'.repeat(32) }, options).session)).toMatch(
    /867617$/,
  );
});

test('a trace without calls of POML says so', () => {
  expect(() => pullSpans([{ attributes: {}, name: 'default.session' }])).toThrow(
    /has 1 spans, and none is a call of POML/,
  );
});

test.each([
  [ID, { traceId: ID }],
  [ID.toUpperCase(), { traceId: ID }],
  ['5b8efff7-9803-8103-d269-b633813fc60c', { traceId: ID }],
  [`https://app.agentops.ai/sessions?trace_id=${ID}`, { traceId: ID }],
  [`http://localhost:3000/traces?trace_id=${ID}&x=1`, { traceId: ID }],
  [`https://app.agentops.ai/traces/${ID}`, { traceId: ID }],
])('%s names a trace', (given, expected) => {
  expect(pullSubject(given, '/')).toEqual(expected);
});

test('a file is a file, anything else is refused', () => {
  const dir = folder();
  writeFileSync(path.join(dir, 'trace.json'), '{}');
  expect(pullSubject('trace.json', dir)).toEqual({ file: path.join(dir, 'trace.json') });
  expect(() => pullSubject('nothing.json', dir)).toThrow(/neither a trace id/);
  expect(() => pullSubject('https://app.agentops.ai/sessions', dir)).toThrow(/neither a trace id/);
  expect(() => readExport(path.join(dir, 'trace.json'))).toThrow(/is no trace exported by AgentOps/);
  writeFileSync(path.join(dir, 'trace.json'), '{');
  expect(() => readExport(path.join(dir, 'trace.json'))).toThrow(/is no JSON/);
});

test('the dashboard exports what the API tells', async () => {
  const agentops = await server();
  const spans = Array.from(
    { length: 9 },
    (_, i): Span => ({
      traceId: ID,
      spanId: String(i + 1).padStart(16, '0'),
      name: 'poml.task',
      startTime: BigInt(i + 1) * 1_000_000n,
      endTime: BigInt(i + 1) * 1_000_000n,
      attributes: {
        'operation.name': 'poml',
        'agentops.task.input': input(`p${i}.poml`, { i }),
        'agentops.task.output': OUTPUT,
      },
      status: { code: 'ok' },
    }),
  );
  const target = targetOf(agentops.env);
  await new Sender(target).deliver({ resource: {}, scope: { name: 'x', version: '1' }, spans }, deadline());
  const until = deadline();
  const read = await readTrace(new Reader(target, until), ID, {
    deadline: until,
    waitUntil: 0,
    api: agentops.url,
  });
  const file = path.join(folder(), 'export.json');
  writeFileSync(file, agentops.exported(ID));
  const [one, other] = [read, readExport(file)].map((trace) =>
    readFiles(writePulled(trace, { to: folder(), root: '/', finders: [] }).session),
  );
  expect([...(one?.keys() ?? [])]).toHaveLength(36);
  expect(one).toEqual(other);
});

function readFiles(dir: string): Map<string, string> {
  const names = readdirSync(dir).filter((name) => name !== 'golden.json');
  return new Map(names.map((name) => [name, readFileSync(path.join(dir, name), 'utf8')]));
}

test('reading gets over what passes, and says what does not', async () => {
  const agentops = await server();
  const target = targetOf(agentops.env);
  const span: Span = {
    traceId: ID,
    spanId: '1'.repeat(16),
    name: 'poml.task',
    startTime: 1n,
    endTime: 2n,
    attributes: {},
    status: { code: 'ok' },
  };
  await new Sender(target).deliver(
    { resource: {}, scope: { name: 'x', version: '1' }, spans: [span] },
    deadline(),
  );
  const reader = new Reader(target, deadline(), { random: () => 1 });
  await reader.trace(ID);
  agentops.revokeTokens();
  expect((await reader.trace(ID))?.spans).toHaveLength(1);
  agentops.fault('read', { status: 429, headers: { 'retry-after': '0' } }, 2);
  agentops.fault('read', 'reset', 1);
  expect((await reader.trace(ID))?.spans).toHaveLength(1);
  expect(await reader.trace('0'.repeat(32))).toBeUndefined();
  agentops.fault('read', { status: 500, body: '{"error":"Internal Server Error"}' }, 1);
  await expect(reader.trace(ID)).rejects.toThrow(/answered 500: Internal Server Error/);
  agentops.fault('read', { status: 200, body: '[]' }, 1);
  await expect(reader.trace(ID)).rejects.toThrow(/not a trace/);
});

test('a trace that was just sent is waited for', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let asked = 0;
  const trace = { traceId: ID, projectId: 'p', spans: [] };
  const reader = { trace: async () => (++asked < 4 ? undefined : trace) } as unknown as Reader;
  const until = new Deadline(60_000);
  const now = Date.now();
  const read = readTrace(reader, ID, { deadline: until, waitUntil: now + 60_000, api: 'x' });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await read).toMatchObject({ traceId: ID, spans: [] });
  asked = -100;
  const never = readTrace(reader, ID, { deadline: until, waitUntil: now + 20_000, api: 'x' });
  const failed = expect(never).rejects.toThrow(/has no trace .*--wait 60/);
  await vi.advanceTimersByTimeAsync(10_000);
  await failed;
  until.clear();
});
