import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testFiles } from '../../../fixtures/golden/fakes.ts';
import type { VerdictRecord } from '../../golden/record.ts';
import { loadSession } from '../../trace/session.ts';
import { loadSessions } from '../../trace/sessions.ts';
import { createPathFinder } from '../../trace/source.ts';
import { Reader } from '../read/api.ts';
import { mapRun } from '../run/map-run.ts';
import { Sender } from '../send/sender.ts';
import type { Span } from '../span.ts';
import { callInput, OUTPUT, pullSpans, TRACE_ID } from '../testing/pull-spans.ts';
import { testDeadline, testFolder, testServer, testTarget } from '../testing/tools.ts';
import { writePulled } from './pull.ts';
import { readExport, readTrace } from './read-trace.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures');

test('a recorded session that was posted is pulled back file by file', async () => {
  const agentops = await testServer();
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
    const target = testTarget(agentops.env);
    const sent = await new Sender(target).deliver(batch, testDeadline());
    expect(sent).toMatchObject({ sent: batch.spans.length, undelivered: [], notes: [] });
    const until = testDeadline();
    const trace = await readTrace(new Reader(target, until), traceId, {
      deadline: until,
      waitUntil: 0,
      api: agentops.url,
    });
    const report = writePulled(trace, { to: testFolder(), files: testFiles, root: session.dir, finders: [] });
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
  const root = testFolder();
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
    pulled: { backend: 'agentops', trace: TRACE_ID, from: 'export.json' },
    calls: {
      '0001.explain_code': { source: 'file', file: 'assets/explain_code.poml' },
      '0002.raw': { source: 'unavailable' },
    },
  });
  const session = loadSession(pulled.session);
  expect(session.traces.map(({ id }) => id)).toEqual(['0001.explain_code', '0002.raw']);
});

test('a path from a trace leads nowhere but to the given folders', () => {
  const root = testFolder();
  const outside = testFolder();
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
      attributes: { 'agentops.task.input': callInput(prompt), 'agentops.task.output': OUTPUT },
    })),
    { finders: [createPathFinder({ root, prompts: '**' })], root },
  );
  expect(pulled.calls.map(({ source }) => source)).toEqual(paths.map(() => 'unavailable'));
  expect(pulled.names.filter((name) => name.endsWith('.poml'))).toEqual([]);
});

test('a source path cannot add a line of its own', () => {
  const pulled = pullSpans([
    {
      attributes: {
        'agentops.task.input': callInput('a.poml\nPOML_VERSION=9'),
        'agentops.task.output': OUTPUT,
      },
    },
  ]);
  const env = pulled.names.find((name) => name.endsWith('.env')) ?? '';
  expect(pulled.read(env)).toBe('SOURCE_PATH=a.poml\\u000aPOML_VERSION=9\n');
});

test('pulling again changes nothing; what somebody changed is replaced on request only', () => {
  const dir = testFolder();
  const trace = {
    traceId: TRACE_ID,
    projectId: 'p',
    from: 'x',
    spans: [
      {
        spanId: '1',
        name: 'poml.task',
        startTime: '2026-11-21T04:35:53.867616+00:00',
        failed: false,
        attributes: { 'agentops.task.input': callInput('a.poml'), 'agentops.task.output': OUTPUT },
      },
    ],
  };
  const options = { to: dir, root: dir, finders: [], files: testFiles };
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

test('the dashboard exports what the API tells', async () => {
  const agentops = await testServer();
  const spans = Array.from(
    { length: 9 },
    (_, i): Span => ({
      traceId: TRACE_ID,
      spanId: String(i + 1).padStart(16, '0'),
      name: 'poml.task',
      startTime: BigInt(i + 1) * 1_000_000n,
      endTime: BigInt(i + 1) * 1_000_000n,
      attributes: {
        'operation.name': 'poml',
        'agentops.task.input': callInput(`p${i}.poml`, { i }),
        'agentops.task.output': OUTPUT,
      },
      status: { code: 'ok' },
    }),
  );
  const target = testTarget(agentops.env);
  await new Sender(target).deliver(
    { resource: {}, scope: { name: 'x', version: '1' }, spans },
    testDeadline(),
  );
  const until = testDeadline();
  const read = await readTrace(new Reader(target, until), TRACE_ID, {
    deadline: until,
    waitUntil: 0,
    api: agentops.url,
  });
  const file = path.join(testFolder(), 'export.json');
  writeFileSync(file, agentops.exported(TRACE_ID));
  const [one, other] = [read, readExport(file)].map((trace) =>
    readFiles(writePulled(trace, { to: testFolder(), files: testFiles, root: '/', finders: [] }).session),
  );
  expect([...(one?.keys() ?? [])]).toHaveLength(36);
  expect(one).toEqual(other);
});

function readFiles(dir: string): Map<string, string> {
  const names = readdirSync(dir).filter((name) => name !== 'golden.json');
  return new Map(names.map((name) => [name, readFileSync(path.join(dir, name), 'utf8')]));
}
