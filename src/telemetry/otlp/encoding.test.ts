import { expect, test } from 'vitest';
import { newSpanId, newTraceId, type Span, type SpanBatch } from '../span.ts';
import { decodeRequest, official } from '../testing/decode.ts';
import { partialSuccess } from './answer.ts';
import { json } from './json.ts';
import { protobuf } from './protobuf.ts';
import { requestsOf } from './requests.ts';

const ROOT: Span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'aa00000000000001',
  name: 'prompt_tests.session',
  startTime: 1795235556000000001n,
  endTime: 1795235556420000999n,
  attributes: {
    'agentops.tags': ['poml', 'ci', ''],
    text: 'Grüße 👋 \u0000 \u2028',
    half: 'a\ud800b',
    empty: '',
    yes: true,
    no: false,
    zero: 0,
    negative: -3,
    large: 2 ** 53 - 1,
    half_number: 0.5,
    huge: 1e300,
    none: [],
  },
  status: { code: 'error', message: '1 of 2 cases failed.' },
  events: [{ name: 'exception', time: 1795235556420000000n, attributes: { 'exception.type': 'Changed' } }],
};
const CHILD: Span = {
  traceId: ROOT.traceId,
  spanId: 'aa00000000000002',
  parentSpanId: ROOT.spanId,
  name: 'greeting.task',
  startTime: 1795235556005000000n,
  endTime: 1795235556120000000n,
  attributes: {},
  status: { code: 'ok' },
};
const BATCH: SpanBatch = {
  resource: { 'service.name': 'desk' },
  scope: { name: 'vitest-poml', version: '1.2.3' },
  spans: [ROOT, CHILD],
};

test.each([protobuf, json])('$contentType reads back with the official descriptors', (encoding) => {
  const { requests } = requestsOf(BATCH, encoding);
  expect(requests).toHaveLength(1);
  const [root, child] = decodeRequest(requests[0]!.body, encoding.contentType);
  expect(root).toEqual({
    traceId: ROOT.traceId,
    spanId: ROOT.spanId,
    parentSpanId: '',
    name: ROOT.name,
    kind: 1,
    start: ROOT.startTime,
    end: ROOT.endTime,
    attributes: { ...ROOT.attributes, half: 'a\ufffdb' },
    status: { code: 2, message: '1 of 2 cases failed.' },
    events: [{ name: 'exception', time: 1795235556420000000n, attributes: { 'exception.type': 'Changed' } }],
    resource: { 'service.name': 'desk' },
    scope: { name: 'vitest-poml', version: '1.2.3' },
  });
  expect(child).toMatchObject({ parentSpanId: ROOT.spanId, status: { code: 1, message: '' }, events: [] });
});

test.each([protobuf, json])(
  '$contentType: requests stay within their bounds and hold every span once',
  (encoding) => {
    const spans = Array.from({ length: 40 }, (_, i) => ({
      ...CHILD,
      spanId: newSpanId(),
      attributes: { text: 'x'.repeat(i * 10) },
    }));
    const limits = { spans: 7, bytes: 2000 };
    const { requests, tooLarge } = requestsOf({ ...BATCH, spans }, encoding, limits);
    expect(tooLarge).toEqual([]);
    expect(requests.length).toBeGreaterThan(6);
    for (const { spans: some, body } of requests) {
      expect(some.length).toBeLessThanOrEqual(limits.spans);
      expect(body.length).toBeLessThanOrEqual(limits.bytes);
    }
    const received = requests.flatMap(({ body }) => decodeRequest(body, encoding.contentType));
    expect(received.map(({ spanId }) => spanId)).toEqual(spans.map(({ spanId }) => spanId));
  },
);

test('a span larger than a request is told apart', () => {
  const large = { ...CHILD, attributes: { text: 'x'.repeat(3000) } };
  const { requests, tooLarge } = requestsOf({ ...BATCH, spans: [large, CHILD] }, protobuf, {
    spans: 9,
    bytes: 2000,
  });
  expect(tooLarge).toEqual([large]);
  expect(requests.map(({ spans }) => spans)).toEqual([[CHILD]]);
});

test('a partial success is read in both encodings', () => {
  const type = official.ExportTraceServiceResponse;
  const message = { partialSuccess: { rejectedSpans: 300, errorMessage: 'too old' } };
  const bytes = type.encode(type.fromObject(message)).finish();
  expect(partialSuccess(bytes, 'application/x-protobuf')).toEqual({ rejected: 300, message: 'too old' });
  const text = Buffer.from('{"partialSuccess":{"rejectedSpans":"300","errorMessage":"too old"}}');
  expect(partialSuccess(text, 'application/json')).toEqual({ rejected: 300, message: 'too old' });
});

test.each([
  ['application/json', '{"partialSuccess":{}}'],
  ['application/json', ''],
  ['application/json', '{"partialSucc'],
  ['application/json', '[1]'],
  ['application/x-protobuf', ''],
  ['application/x-protobuf', '\xff\xff\xff'],
  ['text/html', '<html>'],
  [null, 'ok'],
])('an answer of %s %j says nothing', (contentType, body) => {
  expect(partialSuccess(Buffer.from(body, 'latin1'), contentType)).toEqual({ rejected: 0, message: '' });
});

test('ids are random hex, never zeros only', () => {
  const ids = Array.from({ length: 200 }, newTraceId);
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) expect(id).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  expect(newSpanId()).toMatch(/^[0-9a-f]{16}$/);
});
