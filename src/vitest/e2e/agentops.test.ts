import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { config, SESSION } from '../../e2e/desk.ts';
import { runVitest } from '../../e2e/run.ts';
import type { ReceivedSpan } from '../../telemetry/testing/decode.ts';
import { nested, stored } from '../../telemetry/testing/store.ts';
import { testServer } from '../../telemetry/testing/tools.ts';
import { CI, changedProject, LINE, lineOf, project, spooled, using } from './posting/posted.ts';

function rootOf(spans: readonly ReceivedSpan[]): ReceivedSpan {
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === '');
  expect(roots).toHaveLength(1);
  return roots[0]!;
}

test('a run with two regressions is one trace that meets the rules of AgentOps', async () => {
  const agentops = await testServer();
  const result = await runVitest(changedProject("{ tags: ['nightly'] }"), ['run'], {
    ...agentops.env,
    ...CI,
    AGENTOPS_DEFAULT_TAGS: 'team-a, prompts',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'team/desk',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_REF: 'refs/pull/12/merge',
    GITHUB_REF_NAME: '12/merge',
    GITHUB_HEAD_REF: 'kinder',
    GITHUB_RUN_ID: '99',
  });
  expect(result.code).toBe(1);
  const { spans } = agentops;
  const root = rootOf(spans);
  const children = spans.filter((span) => span !== root);
  const cases = children.filter(({ parentSpanId }) => parentSpanId === root.spanId);
  const renders = children.filter(({ parentSpanId }) => parentSpanId !== root.spanId);

  // Login first, then one export; the link after both.
  expect(agentops.requests.map(({ door, path: at }) => [door, at])).toEqual([
    ['auth', '/v3/auth/token'],
    ['collector', '/v1/traces'],
  ]);
  expect(lineOf(result)).toBe(
    `AgentOps: 6 spans sent, http://localhost:3000/sessions?trace_id=${root.traceId}`,
  );

  // One trace per run, ids random and lower case.
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([root.traceId]));
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(6);

  // The root is named `<run>.session`, has no parent and starts at least a millisecond before every child.
  expect(root.name).toBe('prompt_tests.session');
  for (const child of children) {
    expect(child.start - root.start).toBeGreaterThanOrEqual(1_000_000n);
    expect(child.end).toBeGreaterThanOrEqual(child.start);
    expect(root.end).toBeGreaterThanOrEqual(child.end);
  }

  // Suffixes tell the dashboard the type.
  expect(cases.map(({ name }) => name.replace(/^.* > /, ''))).toEqual([
    '0001.greet.task',
    '0002.bye.task',
    '0003.greet.task',
  ]);
  expect(renders.map(({ name }) => name)).toEqual(['poml.task', 'poml.task']);
  for (const span of spans) {
    const kind = span === root ? 'session' : 'task';
    expect(span.attributes).toMatchObject({
      'agentops.span.kind': kind,
      'operation.name': expect.any(String),
    });
    expect(span.kind).toBe(1);
  }

  // Status: OK for what passed, ERROR and a message for what failed; a message begins with the case and ends with a dot.
  expect(root.status).toEqual({ code: 2, message: '2 of 3 cases failed.' });
  expect(root.attributes).toMatchObject({
    'agentops.session.end_state': 'Fail',
    'test.suite.run.status': 'failure',
    'test.suite.name': 'prompt_tests',
    'poml.cases.failed': 2,
    'poml.outcomes.changed': 2,
  });
  const [first, second] = cases;
  expect(first?.status.code).toBe(2);
  expect(first?.status.message).toBe(`${first?.name.replace(/\.task$/, '')}: The human message 1 changed.`);
  expect(second?.status).toEqual({ code: 1, message: '' });
  expect(cases.map(({ attributes }) => attributes['test.case.result.status'])).toEqual([
    'fail',
    'pass',
    'fail',
  ]);
  expect(renders.map(({ status }) => status.code)).toEqual([1, 1]);

  // Failures carry type, message with diff, place, and an exception event.
  expect(first?.attributes).toMatchObject({
    'error.type': 'PromptChanged',
    'error.message': expect.stringMatching(/- Hello Ann, be kind\.[\s\S]*\+ Hi Ann, be kind\./),
    'poml.location': ['prompts/greet.poml:2:7'],
    'poml.source_path': 'prompts/greet.poml',
    'poml.outcome': 'changed',
  });
  expect(first?.events).toMatchObject([
    { name: 'exception', attributes: { 'exception.type': 'PromptChanged' } },
  ]);

  // Renders are what the Python SDK sends, with the source where it has the path.
  const input = JSON.parse(String(renders[0]?.attributes['agentops.task.input'])) as { args: unknown[] };
  expect(input).toEqual({
    args: ['<poml>\n  <p>Hi {{ name }}, <include src="_tone.poml"/></p>\n</poml>\n', { name: 'Ann' }, null],
    kwargs: {},
  });
  expect(JSON.parse(String(renders[0]?.attributes['agentops.task.output']))).toEqual({
    messages: [{ speaker: 'human', content: 'Hi Ann, be kind.' }],
  });

  // Tags are a list of texts on the root; commit, branch, pull request and links are attributes of it.
  expect(root.attributes['agentops.tags']).toEqual([
    'vitest-poml',
    'team-a',
    'prompts',
    'nightly',
    'branch:kinder',
    'pull:12',
    'commit:01234567',
  ]);
  expect(root.attributes).toMatchObject({
    'vcs.ref.head.revision': '0123456789abcdef0123456789abcdef01234567',
    'vcs.ref.head.name': 'kinder',
    'vcs.change.id': '12',
    'vcs.change.url': 'https://github.com/team/desk/pull/12',
    'cicd.pipeline.run.url.full': 'https://github.com/team/desk/actions/runs/99',
  });

  // Every attribute comes back through the server's tree of names, and nothing poisons the trace.
  for (const span of spans) {
    const row = stored(span, 'p');
    expect(leaves(nested(row.attributes))).toBe(row.attributes.size);
    expect(Object.keys(span.attributes).filter((name) => /^gen_ai\./.test(name))).toEqual([]);
  }

  // No path of this machine, no name of its user or host, no key.
  const all = JSON.stringify(spans, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(all).not.toContain(tmpdir());
  expect(all).not.toContain(agentops.env.AGENTOPS_API_KEY);
});

function leaves(tree: unknown): number {
  return typeof tree === 'object' && tree !== null
    ? Object.values(tree).reduce<number>((sum, item) => sum + leaves(item), 0)
    : 1;
}

test('a green run is OK in every span but skipped ones, and has no texts', async () => {
  const agentops = await testServer();
  const green = project();
  green.edit(
    'vitest.config.ts',
    "'pomlruns/*'",
    "'pomlruns/*', coverage: true, gates: { requireLive: true }",
  );
  green.write(
    'own.test.ts',
    "import { expect, test } from 'vitest';\ntest.skip('later', () => {});\ntest('now', () => expect({ prompt: 'prompts/bye.poml', context: { name: 'Bob' } }).toRenderText('Goodbye Bob.'));\n",
  );
  const result = await runVitest(green, ['run'], { ...agentops.env, ...CI });
  expect(result.code).toBe(0);
  const root = rootOf(agentops.spans);
  expect(root.status.code).toBe(1);
  expect(root.attributes).toMatchObject({
    'agentops.session.end_state': 'Success',
    'poml.gate.status': 'passed',
    'poml.coverage.percent': expect.any(Number),
    'poml.coverage.total': expect.any(Number),
    'poml.gate.lines': ['requireLive: every trace was rendered from the prompt file as it is now'],
  });
  expect(agentops.spans.map(({ status }) => status.code)).toEqual([1, 1, 1, 1]);
  expect(JSON.stringify(agentops.spans.map(({ attributes }) => attributes))).not.toContain('Goodbye');
});

test('a broken trace is a failed test, and a test file that cannot be loaded makes the run red', async () => {
  const agentops = await testServer();
  const broken = project();
  for (const name of ['0001.greet', '0002.bye', '0003.greet'])
    broken.write(`${SESSION}/${name}.context.json`, '{ "name": "An');
  const result = await runVitest(broken, ['run'], { ...agentops.env, ...CI });
  expect(lineOf(result)).toMatch(/^AgentOps: 7 spans sent/);
  expect(rootOf(agentops.spans).status.message).toBe('3 of 3 cases failed.');
  agentops.spans.length = 0;
  const other = project();
  other.write('own.test.ts', "throw new Error('no');\n");
  await runVitest(other, ['run'], { ...agentops.env, ...CI });
  expect(rootOf(agentops.spans).status.message).toBe('1 test file could not be loaded.');
});

test('without a key one line is printed and nothing else happens', async () => {
  const agentops = await testServer();
  const { AGENTOPS_API_KEY: _, ...env } = agentops.env;
  const dir = changedProject("{ when: 'always' }");
  const before = dir.snapshot();
  const result = await runVitest(dir, ['run'], { ...env, ...CI });
  expect(lineOf(result)).toBe('AgentOps: AGENTOPS_API_KEY is not set, so nothing was posted');
  expect(agentops.requests).toEqual([]);
  expect(dir.snapshot()).toEqual(before);
  expect(spooled(dir)).toEqual([]);
  expect(result.code).toBe(1);
});

test('content decides which texts leave the machine', async () => {
  const texts = /Hello|Hi \w|be kind|Goodbye|"Ann"|"Bob"|"Cy"/;
  const options = {
    none: "content: 'none'",
    regressions: "content: 'regressions'",
    all: "content: 'all'",
    redacted: "content: 'all', redact: [/Ann|Cy/g, /be kind/]",
    broken: "content: 'all', redact: () => { throw new Error('no'); }",
  };
  const agentops = await testServer();
  const given = Object.entries(options).map(([name, option]) =>
    using(agentops).replace('}', `, name: '${name}', ${option} }`),
  );
  const result = await runVitest(changedProject(...given), ['run'], CI);
  expect(result.output.match(LINE)).toHaveLength(given.length);
  const sent = (name: string) => {
    const trace = agentops.spans.find((span) => span.name === `${name}.session`)?.traceId;
    const spans = agentops.spans.filter(({ traceId }) => traceId === trace);
    return {
      body: JSON.stringify(
        spans.map(({ attributes, status, events }) => [
          attributes,
          status,
          events.map((event) => event.attributes),
        ]),
      ),
      renders: spans.filter((span) => span.name === 'poml.task').length,
    };
  };
  expect(sent('none').body).not.toMatch(texts);
  expect(sent('none').body).toContain('the prompt renders differently');
  expect(sent('none').renders).toBe(0);
  expect(sent('regressions').body).toContain('Hi Ann');
  expect(sent('regressions').body).not.toMatch(/Goodbye|"Bob"/);
  expect(sent('regressions').renders).toBe(2);
  expect(sent('all').body).toMatch(/Goodbye Bob/);
  expect(sent('all').renders).toBe(3);
  expect(sent('redacted').body).toContain('Hi [redacted], [redacted]');
  expect(sent('redacted').body).not.toMatch(/Ann|Cy|be kind/);
  expect(sent('broken').body).not.toMatch(texts);
  expect(sent('broken').body).toContain('left out, because redacting failed');
});

test('when and cases decide what is posted', async () => {
  const agentops = await testServer();
  const own = (more: object) => using(agentops, more);
  const green = await runVitest(project(own({}), own({ when: 'regression' }), own({ when: 'always' })), [
    'run',
  ]);
  expect(
    green.output
      .match(LINE)
      ?.map((line) => line.trim().replace(/, http.*/, ''))
      .sort(),
  ).toEqual([
    'AgentOps: 4 spans sent',
    'AgentOps: no regression, so nothing was posted',
    "AgentOps: not posted, since this is no CI; when: 'always' posts it",
  ]);
  expect(agentops.spans).toHaveLength(4);
  const red = await runVitest(
    changedProject(own({ when: 'regression', cases: 'regressions', content: 'none' })),
    ['run'],
  );
  expect(lineOf(red)).toMatch(/^AgentOps: 3 spans sent, 1 passed test left out, http/);
});

test('a wrong option is refused before anything runs', async () => {
  const { output, code } = await runVitest(project("{ contnet: 'none' }"), ['run'], CI);
  expect(output).toContain('vitest-poml/agentops has no option contnet. Did you mean content?');
  expect(code).toBe(1);
});

test('a wrong address or key is said in one line', async () => {
  const result = await runVitest(project(), ['run'], { ...CI, AGENTOPS_API_KEY: 'my-secret-key' });
  expect(lineOf(result)).toMatch(/AGENTOPS_API_KEY is not a key of AgentOps: 32 hex digits expected/);
  expect(result.output).not.toContain('my-secret-key');
  expect(result.code).toBe(0);
});

test('output that a program reads stays as it is', async () => {
  const agentops = await testServer();
  const dir = project();
  dir.write(
    'vitest.config.ts',
    config("{ sessions: 'pomlruns/*' }", "{ reporters: ['tap-flat', 'vitest-poml/agentops'] }"),
  );
  const { stdout, stderr } = await runVitest(dir, ['run'], { ...agentops.env, ...CI });
  expect(stdout).toMatch(/^TAP version 13\n1\.\.3\n(?:ok .*\n){3}$/);
  expect(stderr).toMatch(/AgentOps: 4 spans sent/);
});

test('shards are posted once, as one trace, by the run that merges them', async () => {
  const agentops = await testServer();
  const dir = changedProject("{ content: 'all' }");
  const second = 'pomlruns/20261121052042120391';
  for (const [file, text] of dir.snapshot(SESSION)) dir.write(file.replace(SESSION, second), text);
  const reporters = ['--reporter=blob', '--reporter=vitest-poml/agentops'];
  for (const shard of ['1/2', '2/2']) {
    const result = await runVitest(dir, ['run', ...reporters, `--shard=${shard}`], {
      ...agentops.env,
      ...CI,
    });
    expect(lineOf(result)).toBe('AgentOps: this shard is posted by the run that merges it');
  }
  expect(agentops.requests).toEqual([]);
  const merged = await runVitest(dir, ['--merge-reports'], { ...agentops.env, ...CI });
  expect(lineOf(merged)).toMatch(/^AgentOps: 13 spans sent/);
  const root = rootOf(agentops.spans);
  expect(root.status.message).toBe('4 of 6 cases failed.');
  const renders = agentops.spans.filter(({ name }) => name === 'poml.task');
  expect(renders.map(({ attributes }) => attributes['agentops.task.output'])).toHaveLength(6);
  expect(merged.code).toBe(1);
});

test('several workers make one trace', async () => {
  const agentops = await testServer();
  const dir = project();
  for (let i = 1; i <= 4; i++)
    for (const [file, text] of dir.snapshot(SESSION))
      dir.write(file.replace(SESSION, `${SESSION.slice(0, -1)}${i}`), text);
  await runVitest(dir, ['run', '--maxWorkers=2'], { ...agentops.env, ...CI });
  expect(rootOf(agentops.spans).attributes['poml.cases.total']).toBe(15);
  expect(agentops.requests.map(({ door }) => door)).toEqual(['auth', 'collector']);
});

test('the same spans go to any collector, with its own headers and as JSON or protobuf', async () => {
  const seen: { path: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  const collector = createServer((request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    request.resume().on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void collector.close());
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const env = {
    ...CI,
    AGENTOPS_API_KEY: '00000000-0000-4000-8000-000000000001',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=otel-secret',
    MLFLOW_TRACKING_URI: url,
    MLFLOW_EXPERIMENT_ID: '3',
    WANDB_API_KEY: 'wandb-secret',
    WEAVE_PROJECT: 'team/desk',
  };
  const options = [
    "{ backend: 'otlp', protocol: 'json' }",
    "{ backend: 'mlflow' }",
    `{ backend: 'weave', endpoint: '${url}' }`,
  ];
  const { output } = await runVitest(project(...options), ['run'], env);
  expect(
    output
      .match(LINE)
      ?.map((line) => line.trim())
      .sort(),
  ).toEqual(['MLflow: 4 spans sent', 'OpenTelemetry: 4 spans sent', 'Weave: 4 spans sent']);
  seen.sort((one, other) => sortKey(one.headers) - sortKey(other.headers));
  expect(seen.map(({ path: at, headers }) => [at, headers['content-type']])).toEqual([
    ['/v1/traces', 'application/json'],
    ['/v1/traces', 'application/x-protobuf'],
    ['/otel/v1/traces', 'application/x-protobuf'],
  ]);
  expect(seen[1]?.headers['x-mlflow-experiment-id']).toBe('3');
  expect(
    seen.map(({ headers }) => [headers['x-team'], headers['wandb-api-key'], headers.authorization]),
  ).toEqual([
    ['otel-secret', undefined, undefined],
    [undefined, undefined, undefined],
    [undefined, 'wandb-secret', undefined],
  ]);
});

function sortKey(headers: NodeJS.Dict<string | string[]>): number {
  return 'x-team' in headers ? 0 : 'x-mlflow-experiment-id' in headers ? 1 : 2;
}
