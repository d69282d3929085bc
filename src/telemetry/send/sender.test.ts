import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newSpanId, newTraceId, type SpanBatch } from '../span.ts';
import { resolveTarget } from '../targets/resolve.ts';
import type { Target, TargetOptions } from '../targets/target.ts';
import { decodeRequest, official } from '../testing/decode.ts';
import { Deadline } from './deadline.ts';
import { exchange, type Fetch } from './exchange.ts';
import { retryAfterMs, retryDelay } from './retry.ts';
import { type Delivery, Sender } from './sender.ts';

const KEY = '0123abcd-0000-4000-8000-00000000beef';
const TIMEOUT = 10_000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-26T09:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An answer of a backend; `undefined` for none at all. */
type Step = { status: number; headers?: Record<string, string>; body?: string } | Error | undefined;

/** A backend that answers as told, the last answer for ever; a login always works unless told otherwise. */
function backend(steps: Step[], logins: Step[] = [{ status: 200, body: '{"token":"aaa.bbb.ccc"}' }]) {
  const requests: { url: string; authorization: string | null; ids: string[]; at: number }[] = [];
  const next = (list: Step[]) => (list.length > 1 ? list.shift() : list[0]);
  const fetch: Fetch = async (url, init) => {
    const isLogin = url.endsWith('/v3/auth/token');
    const headers = new Headers(init.headers);
    requests.push({
      url,
      authorization: headers.get('authorization'),
      ids: isLogin
        ? []
        : decodeRequest(init.body as Uint8Array, headers.get('content-type') ?? '').map(
            ({ spanId }) => spanId,
          ),
      at: Date.now(),
    });
    const step = next(isLogin ? logins : steps);
    if (step instanceof Error) throw step;
    if (step) return new Response(step.body ?? '', { status: step.status, headers: step.headers ?? {} });
    return new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  };
  return { fetch, requests, exports: () => requests.filter(({ url }) => url.endsWith('/v1/traces')) };
}

function spans(count: number): SpanBatch {
  const traceId = newTraceId();
  return {
    resource: { 'service.name': 'desk' },
    scope: { name: 'vitest-poml', version: '1.0.0' },
    spans: Array.from({ length: count }, (_, i) => ({
      traceId,
      spanId: newSpanId(),
      name: `case ${i}.task`,
      startTime: 1n,
      endTime: 2n,
      attributes: {},
      status: { code: 'ok' },
    })),
  };
}

function targetOf(options: TargetOptions = { apiKey: KEY }): Target {
  const resolved = resolveTarget(options, {});
  if ('off' in resolved) throw new Error(resolved.off);
  return resolved.target;
}

/** Delivers while the faked clock runs as far as it must. */
async function deliver(
  fetch: Fetch,
  batch: SpanBatch,
  sender = new Sender(targetOf(), { fetch, random: () => 0 }),
): Promise<Delivery & { took: number }> {
  const deadline = new Deadline(TIMEOUT);
  const start = Date.now();
  let done = false;
  const delivery = sender.deliver(batch, deadline).finally(() => {
    done = true;
  });
  while (!done) await vi.advanceTimersByTimeAsync(100);
  deadline.clear();
  expect(vi.getTimerCount()).toBe(0);
  return { ...(await delivery), took: Date.now() - start };
}

test('logs in first, then sends each span once in requests of 512 at most', async () => {
  const { fetch, requests } = backend([{ status: 200 }]);
  const batch = spans(1200);
  const delivery = await deliver(fetch, batch);
  expect(delivery).toMatchObject({ sent: 1200, rejected: 0, dropped: 0, undelivered: [] });
  expect(requests.map(({ url, ids }) => [url, ids.length])).toEqual([
    ['https://api.agentops.ai/v3/auth/token', 0],
    ['https://otlp.agentops.ai/v1/traces', 512],
    ['https://otlp.agentops.ai/v1/traces', 512],
    ['https://otlp.agentops.ai/v1/traces', 176],
  ]);
  expect(requests.flatMap(({ ids }) => ids)).toEqual(batch.spans.map(({ spanId }) => spanId));
  expect(requests[1]?.authorization).toBe('Bearer aaa.bbb.ccc');
});

test('a sender logs in once for several deliveries, and again shortly before its token ends', async () => {
  const expires = Math.floor(Date.now() / 1000) + 120;
  const token = `x.${Buffer.from(JSON.stringify({ exp: expires })).toString('base64url')}.y`;
  const { fetch, requests } = backend([{ status: 200 }], [{ status: 200, body: JSON.stringify({ token }) }]);
  const sender = new Sender(targetOf(), { fetch });
  await deliver(fetch, spans(1), sender);
  await deliver(fetch, spans(1), sender);
  expect(requests.map(({ url }) => url.slice(-6))).toEqual(['/token', 'traces', 'traces']);
  vi.setSystemTime(Date.now() + 70_000);
  await deliver(fetch, spans(1), sender);
  expect(requests.map(({ url }) => url.slice(-6)).slice(3)).toEqual(['/token', 'traces']);
});

test.each([401, 403])('%d: the token is renewed once, then it is over', async (status) => {
  const once = backend([{ status }, { status: 200 }]);
  expect(await deliver(once.fetch, spans(600))).toMatchObject({ sent: 600, undelivered: [] });
  expect(once.requests.map(({ url }) => url.slice(-6))).toEqual([
    '/token',
    'traces',
    '/token',
    'traces',
    'traces',
  ]);
  const always = backend([{ status, body: '{"error":"no"}' }]);
  const delivery = await deliver(always.fetch, spans(600));
  expect(always.requests).toHaveLength(4);
  expect(delivery).toMatchObject({ sent: 0 });
  expect(
    delivery.undelivered.map(({ spans: some, uncertain, why }) => [some.length, uncertain, why]),
  ).toEqual([
    [512, false, `https://otlp.agentops.ai/v1/traces answered ${status}: no`],
    [88, false, `https://otlp.agentops.ai/v1/traces answered ${status}: no`],
  ]);
});

test.each([429, 502, 503, 504])(
  '%d is tried again after a growing pause, five times in all',
  async (status) => {
    const { fetch, exports } = backend([{ status }]);
    const delivery = await deliver(fetch, spans(1));
    const times = exports().map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - (times[i] ?? 0))).toEqual([1000, 1500, 2250, 3375]);
    expect(delivery.undelivered).toMatchObject([{ uncertain: false }]);
    const passing = backend([{ status }, { status: 200 }]);
    expect(await deliver(passing.fetch, spans(1))).toMatchObject({ sent: 1, undelivered: [] });
  },
);

test.each([400, 404, 422, 500, 501])('%d is not tried again, and the next request is', async (status) => {
  const { fetch, exports } = backend([{ status, body: 'it is wrong' }, { status: 200 }]);
  const delivery = await deliver(fetch, spans(600));
  expect(exports()).toHaveLength(2);
  expect(delivery).toMatchObject({ sent: 88, undelivered: [{ uncertain: false }] });
  expect(delivery.undelivered[0]?.spans).toHaveLength(512);
  expect(delivery.undelivered[0]?.why).toBe(
    `https://otlp.agentops.ai/v1/traces answered ${status}: it is wrong`,
  );
});

test('413 halves the request until it fits', async () => {
  const { fetch, exports } = backend([{ status: 413 }, { status: 413 }, { status: 200 }]);
  const batch = spans(8);
  expect(await deliver(fetch, batch)).toMatchObject({ sent: 8, undelivered: [] });
  expect(exports().map(({ ids }) => ids.length)).toEqual([8, 4, 2, 2, 4]);
  const one = backend([{ status: 413 }]);
  expect(await deliver(one.fetch, spans(1))).toMatchObject({ sent: 0, undelivered: [{ uncertain: false }] });
  expect(one.exports()).toHaveLength(1);
});

test('Retry-After is waited for where it fits into the time, else it is over at once', async () => {
  const short = backend([{ status: 429, headers: { 'Retry-After': '3' } }, { status: 200 }]);
  expect(await deliver(short.fetch, spans(1))).toMatchObject({ sent: 1, took: 3000 });
  const long = backend([{ status: 429, headers: { 'Retry-After': '60' } }]);
  const delivery = await deliver(long.fetch, spans(600));
  expect(long.exports()).toHaveLength(1);
  expect(delivery.took).toBeLessThan(1000);
  expect(delivery.undelivered).toHaveLength(2);
});

test('a connection that is refused is tried again; what may have arrived is not', async () => {
  const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
  const later = backend([refused, refused, { status: 200 }]);
  expect(await deliver(later.fetch, spans(1))).toMatchObject({ sent: 1 });
  const never = backend([refused]);
  const gone = await deliver(never.fetch, spans(600));
  expect(never.exports()).toHaveLength(5);
  expect(gone.undelivered.map(({ uncertain }) => uncertain)).toEqual([false, false]);
  expect(gone.undelivered[0]?.why).toContain('nobody listens there (ECONNREFUSED)');
  const reset = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
  const cut = backend([reset, { status: 200 }]);
  const unsure = await deliver(cut.fetch, spans(1));
  expect(cut.exports()).toHaveLength(1);
  expect(unsure).toMatchObject({ sent: 0, undelivered: [{ uncertain: true }] });
});

test('one end for everything: no answer to the login', async () => {
  const { fetch, exports } = backend([{ status: 200 }], [undefined]);
  const delivery = await deliver(fetch, spans(3));
  expect(delivery.took).toBe(TIMEOUT);
  expect(exports()).toEqual([]);
  expect(delivery.undelivered).toMatchObject([{ uncertain: false }]);
});

test('one end for everything: no answer to the first of three requests', async () => {
  const { fetch, exports } = backend([undefined, { status: 200 }]);
  const delivery = await deliver(fetch, spans(1200));
  expect(delivery.took).toBe(TIMEOUT);
  expect(exports()).toHaveLength(1);
  expect(delivery.undelivered.map(({ spans: some, uncertain }) => [some.length, uncertain])).toEqual([
    [512, true],
    [512, false],
    [176, false],
  ]);
});

test('one end for everything: retries of the login, then of the requests', async () => {
  const { fetch } = backend(
    [{ status: 503 }],
    [{ status: 503 }, { status: 500 }, { status: 200, body: '{"token":"t"}' }],
  );
  const delivery = await deliver(fetch, spans(1));
  expect(delivery.took).toBeLessThanOrEqual(TIMEOUT);
  expect(delivery.undelivered).toMatchObject([{ uncertain: false }]);
});

test.each([
  [{ status: 403, body: '{"error":"Invalid API key"}' }, /does not know this API key \(403\)/],
  [{ status: 400, body: '{"error":"Invalid API key format"}' }, /does not know this API key \(400\)/],
  [{ status: 422, body: '{"detail":[{"type":"missing"}]}' }, /no login: .*answered 422$/],
  [{ status: 200, body: '{"token":12}' }, /answered without a token/],
  [{ status: 200, body: '{"token":"a\\nb"}' }, /answered without a token/],
  [
    { status: 302, headers: { location: 'https://elsewhere.example/login?x=1' } },
    /moved to https:\/\/elsewhere\.example\/login;/,
  ],
])('a login that fails for good says why: %j', async (step, expected) => {
  const { fetch, requests } = backend([{ status: 200 }], [step]);
  const delivery = await deliver(fetch, spans(2));
  expect(requests).toHaveLength(1);
  expect(delivery.undelivered[0]?.why).toMatch(expected);
  expect(JSON.stringify(delivery.undelivered[0]?.why)).not.toContain(KEY);
});

test('what the backend refuses in part is counted, and not sent again', async () => {
  const type = official.ExportTraceServiceResponse;
  const body = Buffer.from(
    type.encode(type.fromObject({ partialSuccess: { rejectedSpans: 2, errorMessage: 'names' } })).finish(),
  ).toString('latin1');
  const { fetch } = backend([{ status: 200, headers: { 'content-type': 'application/x-protobuf' }, body }]);
  const delivery = await deliver(fetch, spans(5));
  expect(delivery).toMatchObject({ sent: 3, rejected: 2, undelivered: [], notes: ['agentops says: names'] });
});

test('an answer that repeats the key or steers a terminal is shown without both', async () => {
  const { fetch } = backend([
    { status: 400, body: JSON.stringify({ error: `\u001b[31mbad ${KEY} aaa.bbb.ccc\n::error::x` }) },
  ]);
  const [left] = (await deliver(fetch, spans(1))).undelivered;
  expect(left?.why).toBe('https://otlp.agentops.ai/v1/traces answered 400: ␛[31mbad … …␤::error::x');
});

test('a token of whoever is shown in no answer', async () => {
  const token = `eyJ${'hbGciOi'.repeat(4)}.${'eyJrZXki'.repeat(4)}.${'sIGNature'.repeat(3)}`;
  const { fetch } = backend([{ status: 400, body: JSON.stringify({ error: `not with ${token}` }) }]);
  const [left] = (await deliver(fetch, spans(1))).undelivered;
  expect(left?.why).toBe('https://otlp.agentops.ai/v1/traces answered 400: not with …');
});

test('of an answer without end only the beginning is read', async () => {
  let pulled = 0;
  const fetch = () => {
    const body = new ReadableStream({
      pull(controller) {
        if (++pulled > 1000) controller.close();
        else controller.enqueue(new Uint8Array(1024).fill(97));
      },
    });
    return Promise.resolve(new Response(body, { status: 400 }));
  };
  const deadline = new Deadline(30_000);
  const answer = await exchange(fetch, { method: 'GET', url: 'https://x.example/', headers: {} }, deadline);
  deadline.clear();
  expect(answer).toMatchObject({ status: 400 });
  expect('body' in answer && answer.body.length).toBe(64 * 1024);
  expect(pulled).toBeLessThan(100);
});

test('pauses', () => {
  expect([1, 2, 3, 4, 5, 9].map((attempt) => retryDelay(attempt, null, 0))).toEqual([
    1000, 1500, 2250, 3375, 5000, 5000,
  ]);
  expect(retryDelay(1, null, 1)).toBe(800);
  expect(retryDelay(1, '7', 0.5)).toBe(7000);
  const now = Date.parse('2026-11-26T09:00:00Z');
  expect(retryAfterMs('Thu, 26 Nov 2026 09:00:05 GMT', now)).toBe(5000);
  expect(retryAfterMs('Thu, 26 Nov 2026 08:00:05 GMT', now)).toBe(0);
  expect(retryAfterMs('soon', now)).toBeUndefined();
});
