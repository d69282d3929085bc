import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decodeRequest, official } from './decode.ts';
import type { SeenRequest, State } from './server.ts';
import { spanView, stored, traceView } from './store.ts';

/** The key that the server knows. */
export const API_KEY = '00000000-0000-4000-8000-000000000001';
const PROJECT = '11111111-2222-4333-8444-555555555555';

function json(response: ServerResponse, status: number, body: object): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json' });
  return response.end(JSON.stringify(body));
}

/** Logins: that of the SDKs and that of the public API. */
export function auth(
  { path, method, body }: SeenRequest,
  response: ServerResponse,
  tokens: Set<string>,
): ServerResponse {
  if (method !== 'POST') return json(response, 405, { detail: 'Method Not Allowed' });
  const isPublic = path.startsWith('/public/');
  const { api_key: key } = JSON.parse(body.toString('utf8')) as { api_key?: string };
  if (key === undefined)
    return json(response, 422, { detail: [{ type: 'missing', loc: ['body', 'api_key'] }] });
  const digits = key
    .replace(/^urn:uuid:/, '')
    .replace(/[{}-]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits))
    return json(
      response,
      400,
      isPublic ? { detail: 'Invalid api_key format' } : { error: 'Invalid API key format' },
    );
  if (digits !== API_KEY.replaceAll('-', ''))
    return isPublic
      ? json(response, 404, { detail: 'Project not found' })
      : json(response, 403, { error: 'Invalid API key' });
  const claims = {
    exp: Math.floor(Date.now() / 1000) + 2_592_000,
    aud: 'authenticated',
    project_id: PROJECT,
    api_key: key,
  };
  const token = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(randomBytes(32).toString('base64url'))
    .join('.');
  tokens.add(token);
  return json(
    response,
    200,
    isPublic ? { bearer: token } : { token, project_id: PROJECT, project_prem_status: 'free' },
  );
}

/** The OTLP collector. */
export function collect(
  { headers, body, method, path }: SeenRequest,
  response: ServerResponse,
  { tokens, rows, held, api }: State,
): ServerResponse {
  if (method !== 'POST' || path !== '/v1/traces') return response.writeHead(404).end('404 page not found');
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (!token || !tokens.has(token)) return response.writeHead(401).end('unauthorized');
  const type = headers['content-type'] ?? '';
  if (!/^application\/(?:json|x-protobuf)$/.test(type)) return response.writeHead(415).end();
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const spans = decodeRequest(plain, type);
  const taken = spans.slice(0, spans.length - api.refuseOf);
  api.spans.push(...taken);
  (api.delayed ? held : rows).push(...taken.map((span) => stored(span, PROJECT)));
  const partialSuccess =
    api.refuseOf > 0 ? { rejectedSpans: api.refuseOf, errorMessage: 'too many spans' } : {};
  if (type === 'application/json') return json(response, 200, { partialSuccess });
  const { ExportTraceServiceResponse: answer } = official;
  response.writeHead(200, { 'content-type': type });
  return response.end(Buffer.from(answer.encode(answer.fromObject({ partialSuccess })).finish()));
}

/** The public API. */
export function read(
  { headers, path }: SeenRequest,
  response: ServerResponse,
  { tokens, rows }: State,
): ServerResponse {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return json(response, 400, { detail: 'Missing or invalid Authorization header' });
  if (!tokens.has(token)) return json(response, 400, { detail: 'Invalid Bearer token' });
  const [, kind, id] = /^\/public\/v1\/(traces|spans)\/([^/]+)$/.exec(path) ?? [];
  const found = rows.filter((row) => (kind === 'traces' ? row.traceId : row.spanId) === id);
  const first = found[0];
  if (kind === undefined || id === undefined || !first)
    return json(response, 404, { detail: kind === 'spans' ? 'Span not found' : 'Trace not found' });
  const view = kind === 'traces' ? traceView(id, found) : spanView(first);
  return json(response, view ? 200 : 500, view ?? { error: 'Internal Server Error' });
}
