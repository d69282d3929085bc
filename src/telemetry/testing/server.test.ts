import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { json } from '../otlp/json.ts';
import { Deadline } from '../send/deadline.ts';
import { Sender } from '../send/sender.ts';
import { type Attributes, newSpanId, newTraceId, type Span } from '../span.ts';
import { resolveTarget } from '../targets/resolve.ts';
import { type AgentOpsServer, startAgentOps } from './server.ts';
import { nested } from './store.ts';

/** Answers of AgentOps' own code. */
const SAMPLES = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../../fixtures/agentops/backend-read-samples.json'),
    'utf8',
  ),
) as { label: string; request: string; status: number; body: Record<string, unknown> }[];

function sample(label: string) {
  const found = SAMPLES.find((one) => one.label === label);
  if (!found) throw new Error(`There is no sample ${label}.`);
  return found;
}

let token: string;
let agentops: AgentOpsServer;
beforeAll(async () => {
  agentops = await startAgentOps();
  const { body } = await call('POST', '/v3/auth/token', { api_key: agentops.env.AGENTOPS_API_KEY });
  token = String(body.token);
  return () => agentops.close();
});

async function call(method: string, at: string, body?: object, authorization?: string) {
  const response = await fetch(agentops.url + at, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    ...(authorization !== undefined && { headers: { authorization } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const KEY = '00000000-0000-4000-8000-000000000001';

test.each([
  ['v3 ok', { api_key: KEY }],
  ['v3 ok, key without dashes', { api_key: KEY.replaceAll('-', '') }],
  ['v3 ok, braces+upper', { api_key: `{${KEY.toUpperCase()}}` }],
  ['v3 key with trailing space', { api_key: `${KEY} ` }],
  ['v3 not a uuid', { api_key: 'nonsense' }],
  ['v3 unknown key', { api_key: KEY.replace('1', '2') }],
  ['v3 no field', {}],
  ['public token ok', { api_key: KEY }],
  ['public token not uuid', { api_key: 'nonsense' }],
  ['public token unknown', { api_key: KEY.replace('1', '2') }],
])('the test server logs in as AgentOps does: %s', async (label, body) => {
  const { request, ...expected } = sample(label);
  const [method = '', at = ''] = request.split(' ');
  const answer = await call(method, at, body);
  expect(answer.status).toBe(expected.status);
  expect(Object.keys(answer.body)).toEqual(Object.keys(expected.body));
  if (answer.status >= 400 && answer.status !== 422) expect(answer.body).toEqual(expected.body);
});

test.each([
  ['project no auth', '/public/v1/traces/0', undefined],
  ['project expired', '/public/v1/traces/0', 'Bearer old'],
  ['trace missing', `/public/v1/traces/${'0'.repeat(32)}`, ''],
])('and reads as it does: %s', async (label, at, authorization) => {
  const expected = sample(label);
  const answer = await call('GET', at, undefined, authorization === '' ? `Bearer ${token}` : authorization);
  expect(answer).toEqual({ status: expected.status, body: expected.body });
});

test('names are nested as AgentOps does, with the same losses', () => {
  const flat = {
    'agentops.span.kind': 'task',
    'gen_ai.prompt.0.role': 'system',
    'gen_ai.prompt.0.content': 'S',
    'gen_ai.prompt.1.role': 'user',
    'gen_ai.prompt.1.content': 'U',
    'gen_ai.prompt.10.content': 'ten',
    poml: 'scalar',
    'poml.context': 'lost',
    'a.0': 'zero',
    'b.1': 'one',
    'test.case.12': 'x',
    'test.case.3': 'lost',
    'x..y': 'e',
    '.lead': 'l',
    n: '1',
    f: '1.5',
    t: 'true',
    arr: '["p","q"]',
  };
  const body = sample('nesting rules').body as { span_attributes: object };
  expect(nested(new Map(Object.entries(flat)))).toEqual(body.span_attributes);
});

/** Sends one span past all checks, as a careless client would, and reads its trace. */
async function careless(attributes: Attributes): Promise<number> {
  const span: Span = {
    traceId: newTraceId(),
    spanId: newSpanId(),
    name: 'x.session',
    startTime: 1n,
    endTime: 2n,
    attributes,
    status: { code: 'unset' },
  };
  const sender = { resource: {}, scope: { name: 'x', version: '1' } };
  const response = await fetch(`${agentops.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: new Uint8Array(json.request(sender, [json.span(span)])),
  });
  expect(response.status).toBe(200);
  return (await call('GET', `/public/v1/traces/${span.traceId}`, undefined, `Bearer ${token}`)).status;
}

test.each([
  ['hostile: tags not JSON: trace', { 'agentops.tags': 'poml, ci' }],
  ['hostile: tags JSON object: trace', { 'agentops.tags': '{"a":1}' }],
  ['hostile: tags with number: trace', { 'agentops.tags': '["a",1]' }],
  ['hostile: tags bare JSON string: trace', { 'agentops.tags': '"a"' }],
  ['hostile: tokens float: trace', { 'gen_ai.usage.prompt_tokens': 12.5 }],
  ['hostile: tokens text: trace', { 'gen_ai.usage.prompt_tokens': 'n/a' }],
  ['hostile: total_cost text: trace', { 'gen_ai.usage.total_cost': 'n/a' }],
  ['hostile: total_cost ok: trace', { 'gen_ai.usage.total_cost': 0.0123 }],
])('values poison a trace as they do there: %s', async (label, attributes) => {
  expect(await careless(attributes)).toBe(sample(label).status);
});

test('what our sender sends of the same values can be read', async () => {
  const resolved = resolveTarget({}, agentops.env);
  if ('off' in resolved) throw new Error(resolved.off);
  const traceId = newTraceId();
  const hostile: Record<string, unknown>[] = [
    { 'agentops.tags': { a: 1 } },
    { 'agentops.tags': '"a"' },
    { 'agentops.tags': ['a', 1] },
    { 'gen_ai.usage.prompt_tokens': 12.5, 'gen_ai.usage.completion_tokens': 'n/a' },
    { 'gen_ai.usage.total_cost': 'n/a' },
    { poml: 'x', 'poml.context': 'y', 'test.case.3': 'z' },
  ];
  const spans = hostile.map(
    (attributes, i): Span => ({
      traceId,
      spanId: newSpanId(),
      name: 'x.task',
      startTime: BigInt(i),
      endTime: BigInt(i),
      attributes: attributes as Attributes,
      status: { code: 'ok' },
    }),
  );
  const deadline = new Deadline(5000);
  onTestFinished(() => deadline.clear());
  const sender = { resource: {}, scope: { name: 'x', version: '1' } };
  expect(await new Sender(resolved.target).deliver({ ...sender, spans }, deadline)).toMatchObject({
    sent: 6,
  });
  expect((await call('GET', `/public/v1/traces/${traceId}`, undefined, `Bearer ${token}`)).status).toBe(200);
  const last = await call('GET', `/public/v1/spans/${spans[5]?.spanId}`, undefined, `Bearer ${token}`);
  expect(last.body.span_attributes).toEqual({
    poml_value: 'x',
    poml: { context: 'y' },
    test: { case: { _3: 'z' } },
  });
});
