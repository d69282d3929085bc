import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { VerdictRecord } from '../../golden/record.ts';
import { collect, type RunModel } from '../../report/model/index.ts';
import { cleanBatch } from '../rules/clean.ts';
import type { Span } from '../span.ts';
import { contentOf } from './content.ts';
import { mapRun } from './map-run.ts';
import type { MappingOptions } from './options.ts';
import type { TestCase } from './run.ts';

const OPTIONS: MappingOptions = {
  content: 'regressions',
  tags: ['vitest-poml'],
  cases: 'all',
  usage: false,
  version: '1.2.3',
  origin: { 'vcs.ref.head.name': 'main' },
};
const ROOT = '/repo';

function testCase(name: string, more: Partial<TestCase> = {}): TestCase {
  return {
    name,
    file: `${ROOT}/a.test.ts`,
    state: 'passed',
    startedAt: 1_795_235_556_000,
    duration: 20,
    errors: [],
    renders: [],
    ...more,
  };
}

/** A folder that is removed when the test ends, with one recorded call in it. */
function recordedFolder(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'poml-content-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(path.join(root, '0001.a.poml'), 'recorded');
  return root;
}

function record(more: Partial<VerdictRecord> = {}): VerdictRecord {
  return { title: 'desk › 0001.greet', prompt: 'greet', status: 'same', ...more };
}

function map(
  cases: TestCase[],
  options: Partial<MappingOptions> = {},
  { model, brokenFiles = 0 }: { model?: RunModel; brokenFiles?: number } = {},
): Span[] {
  const run = {
    name: 'prompt_tests',
    root: ROOT,
    runner: 'vitest 4',
    brokenFiles,
    cases,
    ...(model && { model }),
  };
  const { batch } = mapRun(run, { ...OPTIONS, ...options });
  // Nothing of it may have to be mended before it is sent.
  const cleaned = cleanBatch(batch);
  expect(cleaned.problems).toEqual([]);
  return [...cleaned.batch.spans];
}

test('a skipped test is neither right nor wrong, and says why', () => {
  const [, skipped, unsure] = map([
    testCase('later', { state: 'skipped', note: 'not yet' }),
    testCase('unsure', {
      state: 'skipped',
      renders: [record({ status: 'unreproducible', reason: 'The template changes its own context.' })],
    }),
  ]);
  expect(skipped?.status).toEqual({ code: 'unset' });
  expect(skipped?.attributes).toMatchObject({
    'test.case.result.status': 'skipped',
    'poml.skip_reason': 'not yet',
  });
  expect(unsure?.attributes).toMatchObject({
    'poml.skip_reason': 'The template changes its own context.',
    'poml.outcome': 'unreproducible',
  });
});

test('a test file that could not be loaded makes the run red', () => {
  const [root] = map([testCase('x')], {}, { brokenFiles: 1 });
  expect(root?.status).toEqual({ code: 'error', message: '1 test file could not be loaded.' });
  expect(root?.attributes['agentops.session.end_state']).toBe('Fail');
});

test('tests that did not run stand at the start of the run', () => {
  const { startedAt: _, duration: __, ...idle } = testCase('idle', { state: 'skipped' });
  const [root, first] = map([idle, testCase('ran')]);
  expect(first?.startTime).toBe(1_795_235_556_000_000_000n);
  expect(first!.startTime - root!.startTime).toBe(1_000_000n);
});

test('a render that failed is an error of its own, one that only changed is not', () => {
  const failed = record({ status: 'failed', reason: 'The render failed: x is not defined' });
  const changed = record({
    status: 'changed',
    reason: 'The human message 1 changed.',
    rendered: '{"messages":"b"}',
  });
  const error = { name: 'PromptError', message: 'message\nmore', diff: '- a\n+ b' };
  const spans = map([
    testCase('fails', { state: 'failed', errors: [error], renders: [failed] }),
    testCase('changes', { state: 'failed', errors: [error], renders: [changed] }),
    testCase('a 3.5', {
      state: 'failed',
      errors: [{ name: 'TypeError', message: 'no 3.5 here\nmore' }],
      renders: [record()],
    }),
  ]);
  expect(spans.map(({ name, status }) => [name, status])).toEqual([
    ['prompt_tests.session', { code: 'error', message: '3 of 3 cases failed.' }],
    ['fails.task', { code: 'error', message: 'fails: The render failed: x is not defined' }],
    ['poml.task', { code: 'error', message: 'desk › 0001.greet: The render failed: x is not defined.' }],
    ['changes.task', { code: 'error', message: 'changes: The human message 1 changed.' }],
    ['poml.task', { code: 'ok' }],
    ['a 3.5.task', { code: 'error', message: 'a 3.5: no 3.5 here.' }],
  ]);
  expect(spans[1]?.attributes).toMatchObject({
    'error.type': 'RenderFailed',
    'error.message': 'message\nmore\n\n- a\n+ b',
  });
  expect(spans[3]?.attributes['error.type']).toBe('PromptChanged');
  expect(spans[5]?.attributes['error.type']).toBe('TypeError');
});

test('without content no text of an error or a prompt leaves the machine, and none that could not be redacted', () => {
  const secret = 'Ann lives here';
  const errors = [{ name: 'PromptError', message: secret, diff: `- ${secret}` }];
  const cases = [
    testCase('a', { state: 'failed', errors, renders: [record({ status: 'changed', reason: secret })] }),
    testCase('b', { state: 'failed', errors }),
  ];
  const sent = (options: Partial<MappingOptions>) =>
    JSON.stringify(map(cases, options), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  expect(sent({})).toContain(secret);
  expect(sent({ content: 'none' })).not.toContain('Ann');
  expect(sent({ content: 'none' })).toMatch(/a: the prompt renders differently.*b: failed/);
  expect(sent({ redact: /Ann/ })).toContain('[redacted] lives here');
  const failing = () => {
    throw new Error('no');
  };
  expect(sent({ redact: failing })).not.toContain('Ann');
  expect(sent({ redact: () => 3 as never })).not.toContain('Ann');
});

test('no path outside of the project leaves the machine', () => {
  const [, span] = map([
    testCase('x', {
      file: '/home/me/other/x.test.ts',
      renders: [
        record({
          session: '/srv/secret/pomlruns/1',
          golden: `${ROOT}/pomlruns/1/0001.greet`,
          source: { kind: 'live', path: '/home/me/prompts/greet.poml' },
          locations: [
            { file: '/home/me/prompts/greet.poml', line: 2, column: 7 },
            { line: 1, column: 1 },
          ],
        }),
      ],
    }),
  ]);
  expect(span?.attributes).toMatchObject({
    'test.suite.name': 'x.test.ts',
    'poml.session': '1',
    'poml.golden': 'pomlruns/1/0001.greet',
    'poml.source_path': 'greet.poml',
    'poml.location': ['greet.poml:2:7', '<markup>:1:1'],
  });
});

test('many tests: those that failed keep their span, the rest up to 2,000', () => {
  const cases = Array.from({ length: 3000 }, (_, i) =>
    testCase(`t${i}`, { state: i % 3 === 2 ? 'failed' : 'passed' }),
  );
  const spans = map(cases);
  expect(spans).toHaveLength(2001);
  expect(spans.filter(({ status }, i) => i > 0 && status.code === 'error')).toHaveLength(1000);
  expect(spans[0]?.attributes).toMatchObject({ 'poml.cases.total': 3000, 'poml.cases.omitted': 1000 });
  expect(map(cases, { cases: 'regressions' })).toHaveLength(1001);
});

test('gates, tokens, cost and causes of the report are on the root', () => {
  const renders = [
    record({
      status: 'changed',
      tokens: { before: 100, after: 110 },
      causes: [
        {
          key: 'markup:prompts/greet.poml:0123456789ab',
          kind: 'markup',
          file: `${ROOT}/prompts/greet.poml`,
          line: 2,
          summary: 'prompts/greet.poml:2 "a" became "b"',
        },
      ],
    }),
  ];
  const environment = {
    version: '1',
    renderer: 'builtin',
    node: 'v20',
    startedAt: '2026-11-26T06:00:00.000Z',
    duration: 1,
  };
  const price = { model: 'gpt-4o', input: 2.5, date: '2026-09' };
  const gates = [
    { gate: 'requireLive', passed: true, line: 'requireLive: every trace is live' },
    { gate: 'maxTokens', passed: false, line: 'maxTokens 100: a call takes 110 of 100 tokens' },
  ] as const;
  const model: RunModel = {
    ...collect({ records: renders, root: ROOT, environment, price }),
    gates: [...gates],
  };
  const cases = [testCase('x', { renders })];
  const [root] = map(cases, {}, { model });
  expect(root?.status).toEqual({ code: 'error', message: gates[1].line });
  expect(root?.attributes).toMatchObject({
    'agentops.session.end_state': 'Fail',
    'poml.gate.status': 'failed',
    'poml.gate.lines': [gates[1].line, gates[0].line],
    'poml.tokens.before': 100,
    'poml.tokens.after': 110,
    'poml.cost.per_thousand_calls': expect.closeTo(0.025),
    'poml.cost.model': 'gpt-4o',
    'poml.causes': ['markup:0123456789ab prompts/greet.poml:2 (1 red) prompts/greet.poml:2 "a" became "b"'],
  });
  const [plain] = map(cases, { content: 'none' }, { model });
  expect(plain?.attributes['poml.causes']).toEqual(['markup:0123456789ab prompts/greet.poml:2 (1 red)']);
});

test('tokens count as a call of a model only on request', () => {
  const renders = [record({ status: 'changed', tokens: { before: 100, after: 110 } })];
  const names = (usage: boolean) =>
    map([testCase('x', { renders })], { usage }).flatMap(({ attributes }) =>
      Object.keys(attributes).filter((name) => name.startsWith('gen_ai')),
    );
  expect(names(false)).toEqual([]);
  expect(names(true)).toEqual(['gen_ai.usage.prompt_tokens', 'gen_ai.usage.input_tokens']);
});

test('the texts of a trace are bounded together', () => {
  const root = recordedFolder();
  const source = { kind: 'live', path: path.join(root, 'large.poml') } as const;
  writeFileSync(source.path, 'x'.repeat(900_000));
  const renders = Array.from({ length: 20 }, () =>
    record({ status: 'changed', source, golden: path.join(root, '0001.a') }),
  );
  const run = { name: 'r', root, runner: 'v', brokenFiles: 0, cases: [testCase('x', { renders })] };
  const { batch } = mapRun(run, OPTIONS);
  expect(batch.spans.filter(({ attributes }) => 'poml.content' in attributes)).toHaveLength(2);
  expect(batch.spans[0]?.attributes['poml.content.omitted']).toBe(2);
});

test('of a test that calls a prompt the context is known from its golden only, and said to be', () => {
  const root = recordedFolder();
  writeFileSync(path.join(root, '0001.a.context.json'), '{"n":1}');
  const spanOf = (golden: string) => {
    const renders = [
      record({ status: 'changed', golden: path.join(root, golden), rendered: '{"messages":"b"}' }),
    ];
    const run = { name: 'r', root, runner: 'v', brokenFiles: 0, cases: [testCase('x', { renders })] };
    return mapRun(run, OPTIONS).batch.spans.at(-1)?.attributes ?? {};
  };
  expect(spanOf('0001.a')).toMatchObject({
    'agentops.task.input': '{"args":["recorded",{"n":1},null],"kwargs":{}}',
    'agentops.task.output': '{"messages":"b"}',
    'poml.context_from': 'golden',
  });
  expect(spanOf('0002.b')).not.toHaveProperty('agentops.task.input');
});

test('what is larger than AgentOps takes is left out whole, since half of it could not be read', () => {
  const root = recordedFolder();
  const source = { kind: 'live', path: path.join(root, 'large.poml') } as const;
  const spansOf = (text: string, rendered: string) => {
    writeFileSync(source.path, text);
    const renders = [
      record({
        status: 'changed',
        source,
        golden: path.join(root, '0001.a'),
        rendered: JSON.stringify({ messages: rendered }),
      }),
    ];
    const run = { name: 'r', root, runner: 'v', brokenFiles: 0, cases: [testCase('x', { renders })] };
    return mapRun(run, OPTIONS).batch.spans.at(-1)?.attributes ?? {};
  };
  const large = 'x'.repeat(1_000_000);
  expect(spansOf(large, 'a')).toMatchObject({ 'poml.content': 'left out, because it is large' });
  expect(Object.keys(spansOf(large, 'a')).filter((name) => /input|output/.test(name))).toEqual([]);
  expect(spansOf('a', large)).toMatchObject({
    'agentops.task.input': expect.any(String),
    'poml.content': 'result left out, because it is large',
  });
  expect(spansOf('a', large)).not.toHaveProperty('agentops.task.output');
});

test('texts are read below the project only', () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'poml-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  const root = path.join(outside, 'repo');
  mkdirSync(path.join(outside, 'run'));
  mkdirSync(root);
  writeFileSync(path.join(outside, 'secret.poml'), 'secret');
  writeFileSync(path.join(outside, 'run/0001.a.poml'), 'secret');
  writeFileSync(path.join(outside, 'run/0001.a.context.json'), '{"secret":1}');
  const live = record({ source: { kind: 'live', path: path.join(outside, 'secret.poml') } });
  const trace = record({ session: path.join(outside, 'run'), trace: '0001.a' });
  expect(contentOf(live, root)).toEqual({});
  expect(contentOf(trace, root)).toEqual({});
  expect(contentOf(trace, outside)).toMatchObject({ source: 'secret', context: { secret: 1 } });
  writeFileSync(path.join(outside, 'run/0001.a.context.json'), '{"secret":');
  expect(contentOf(trace, outside)).toEqual({});
});
