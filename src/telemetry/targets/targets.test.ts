import { expect, test } from 'vitest';
import { agentopsKey, agentopsLink } from './agentops.ts';
import { resolveTarget } from './resolve.ts';
import type { Target, TargetOptions } from './target.ts';

const KEY = '0123abcd-0000-4000-8000-00000000beef';

function target(options: TargetOptions, env: NodeJS.ProcessEnv = {}): Target {
  const resolved = resolveTarget(options, env);
  if ('off' in resolved) throw new Error(resolved.off);
  return resolved.target;
}

test('AgentOps: options, then variables, then the hosted addresses', () => {
  expect(target({}, { AGENTOPS_API_KEY: KEY })).toMatchObject({
    backend: 'agentops',
    url: 'https://otlp.agentops.ai/v1/traces',
    protocol: 'protobuf',
    login: { api: 'https://api.agentops.ai', apiKey: KEY },
    appUrl: 'https://app.agentops.ai',
  });
  const env = {
    AGENTOPS_API_KEY: '00000000-0000-4000-8000-000000000001',
    AGENTOPS_API_ENDPOINT: 'http://localhost:8000/',
    AGENTOPS_EXPORTER_ENDPOINT: 'http://127.0.0.1:4318',
    AGENTOPS_APP_URL: 'http://localhost:3000/',
  };
  const own = target({ apiKey: KEY, endpoint: 'http://localhost:9000' }, env);
  expect(own).toMatchObject({
    url: 'http://127.0.0.1:4318/v1/traces',
    login: { api: 'http://localhost:9000', apiKey: KEY },
    appUrl: 'http://localhost:3000',
  });
  expect(agentopsLink(own.appUrl ?? '', 'abc')).toBe('http://localhost:3000/sessions?trace_id=abc');
});

test('AgentOps: without a key it is off', () => {
  expect(resolveTarget({}, {})).toEqual({ off: 'AGENTOPS_API_KEY is not set' });
  expect(resolveTarget({ apiKey: ' ' }, {})).toEqual({ off: 'AGENTOPS_API_KEY is not set' });
});

test.each([
  '0123ABCD-0000-4000-8000-00000000BEEF',
  '0123abcd0000400080000000 0000beef'.replace(' ', ''),
  '{0123abcd-0000-4000-8000-00000000beef}',
  'urn:uuid:0123abcd-0000-4000-8000-00000000beef',
  ' 0123abcd-0000-4000-8000-00000000beef \n',
])('AgentOps: the key %j is sent in one spelling', (given) => {
  expect(agentopsKey(given)).toBe(KEY);
});

test.each(['abc', `${KEY}0`, KEY.replace('b', 'g')])(
  'AgentOps: %j is no key, and the error does not show it',
  (given) => {
    expect(() => agentopsKey(given)).toThrow(/32 hex digits expected/);
    expect(() => agentopsKey(given)).not.toThrow(given);
  },
);

test.each([
  [{ endpoint: 'http://agentops.example' }, /AGENTOPS_API_ENDPOINT is plain http/],
  [{ exporterEndpoint: 'http://10.0.0.1:4318' }, /AGENTOPS_EXPORTER_ENDPOINT is plain http/],
  [{ endpoint: 'api.agentops.ai' }, /AGENTOPS_API_ENDPOINT is no URL/],
  [{ endpoint: 'ftp://api.agentops.ai' }, /must start with https/],
  [{ endpoint: 'https://me:secret@api.agentops.ai' }, /holds a user name or password/],
  [{ headers: { 'x-a': 'one\ntwo' } }, /The header "x-a" cannot be sent/],
  [{ backend: 'jaeger' as never }, /must be one of agentops, mlflow, weave, otlp/],
])('%j is refused', (options, expected) => {
  expect(() => resolveTarget({ apiKey: KEY, ...options }, {})).toThrow(expected);
  expect(() => resolveTarget({ apiKey: KEY, ...options }, {})).not.toThrow(/secret@/);
});

test('plain http to another machine only on request', () => {
  const options = { apiKey: KEY, exporterEndpoint: 'http://collector:4318', insecure: true };
  expect(target(options).url).toBe('http://collector:4318/v1/traces');
});

test('each backend keeps its headers and keys to itself', () => {
  const env = {
    AGENTOPS_API_KEY: KEY,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-honeycomb-team=otel-secret',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example',
    OTEL_SERVICE_NAME: 'other',
    OTEL_RESOURCE_ATTRIBUTES: 'a=b',
    MLFLOW_TRACKING_URI: 'https://mlflow.example',
    MLFLOW_EXPERIMENT_ID: '7',
    MLFLOW_TRACKING_TOKEN: 'mlflow-secret',
    WANDB_API_KEY: 'wandb-secret',
    WANDB_ENTITY: 'team',
    WANDB_PROJECT: 'desk',
  };
  expect(target({}, env)).toMatchObject({ headers: {}, resource: {} });
  expect(target({ backend: 'mlflow' }, env)).toMatchObject({
    url: 'https://mlflow.example/v1/traces',
    protocol: 'protobuf',
    headers: { Authorization: 'Bearer mlflow-secret', 'x-mlflow-experiment-id': '7' },
    resource: {},
  });
  expect(target({ backend: 'weave' }, env)).toMatchObject({
    url: 'https://trace.wandb.ai/otel/v1/traces',
    protocol: 'protobuf',
    headers: { 'wandb-api-key': 'wandb-secret', project_id: 'team/desk' },
    resource: { 'wandb.entity': 'team', 'wandb.project': 'desk' },
  });
  expect(target({ backend: 'otlp' }, env)).toMatchObject({
    url: 'https://otel.example/v1/traces',
    headers: { 'x-honeycomb-team': 'otel-secret' },
    resource: { a: 'b', 'service.name': 'other' },
  });
  const keys = ['0123abcd', 'otel-secret', 'mlflow-secret', 'wandb-secret'];
  const owners = ['agentops', 'otlp', 'mlflow', 'weave'] as const;
  owners.forEach((backend, i) => {
    const text = JSON.stringify(target({ backend }, env));
    expect(keys.map((key) => text.includes(key))).toEqual(keys.map((_, j) => i === j));
  });
});

test.each([
  [{}, 'http://localhost:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp/' }, 'https://c.example/otlp/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.example/custom' }, 'https://c.example/custom'],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a.example',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://b.example',
    },
    'https://b.example/',
  ],
])('OTLP: %j sends to %s', (env, url) => {
  expect(target({ backend: 'otlp' }, env).url).toBe(url);
});

test('OTLP: protocol, compression and headers by the variables, the specific one first', () => {
  const env = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'Authorization=Basic%20abc%3D%3D, broken ,x=%zz',
  };
  expect(target({ backend: 'otlp' }, env)).toMatchObject({
    protocol: 'json',
    gzip: true,
    headers: { Authorization: 'Basic abc==', x: '%zz' },
  });
  expect(() => target({ backend: 'otlp' }, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(/grpc cannot/);
});

test.each([
  [{ OTEL_SDK_DISABLED: 'true' }, 'OTEL_SDK_DISABLED is true'],
  [{ OTEL_TRACES_EXPORTER: 'none' }, 'OTEL_TRACES_EXPORTER is none'],
])('OTLP: %j switches it off', (env, off) => {
  expect(resolveTarget({ backend: 'otlp' }, env)).toEqual({ off });
});

test.each([
  ['mlflow', { MLFLOW_TRACKING_URI: 'https://m.example' }, /MLFLOW_EXPERIMENT_ID/],
  ['weave', { WANDB_API_KEY: 'k' }, /Weave needs the project/],
] as const)('%s says what is missing', (backend, env, expected) => {
  expect(() => resolveTarget({ backend }, env)).toThrow(expected);
});

test('MLflow with a user and a password', () => {
  const env = {
    MLFLOW_TRACKING_URI: 'https://m.example/base',
    MLFLOW_EXPERIMENT_ID: '0',
    MLFLOW_TRACKING_USERNAME: 'me',
    MLFLOW_TRACKING_PASSWORD: 'pass',
  };
  const { headers, url, secrets } = target({ backend: 'mlflow' }, env);
  expect(url).toBe('https://m.example/base/v1/traces');
  expect(headers.Authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`);
  expect(secrets).toContain('pass');
});
