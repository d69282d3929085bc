import { isRecord } from '../../trace/json.ts';
import type { Deadline } from './deadline.ts';

/** What sends a request; `globalThis.fetch` but in tests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer, its body bounded. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/**
 * No answer. `unsent`: the request has certainly not arrived, so it may be sent again. `uncertain`: it may have
 * arrived, and to send it again might store everything twice.
 */
export interface NoAnswer {
  failed: 'unsent' | 'uncertain';
  /** In words, without secrets. */
  why: string;
}

/** One request as it goes out. */
export interface Outgoing {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** Most bytes of the answer that are kept; the rest is not read. */
  mostBytes?: number;
}

const MAX_ANSWER = 64 * 1024;

/** Sends one request within a deadline. Never throws. */
export async function exchange(
  fetch: Fetch,
  { method, url, headers, body, mostBytes = MAX_ANSWER }: Outgoing,
  deadline: Deadline,
): Promise<Answer | NoAnswer> {
  if (deadline.over) return { failed: 'unsent', why: 'the time was over' };
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      ...(body && { body }),
      signal: deadline.signal,
      // Keys and prompts go where the user said and nowhere else.
      redirect: 'manual',
    });
  } catch (error) {
    if (deadline.over) return { failed: 'uncertain', why: 'there was no answer in time' };
    return failureOf(error);
  }
  return { status: response.status, headers: response.headers, body: await bodyOf(response, mostBytes) };
}

/** What has been read of a body that was cut, or is too long, or does not end: the status has said the essential. */
async function bodyOf(response: Response, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (!reader) return Buffer.alloc(0);
  try {
    while (length < mostBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // The connection broke; what came before counts.
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return Buffer.concat(parts).subarray(0, mostBytes);
}

/** Failures before the first byte of a request is sent, by code. */
const UNSENT: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
};

const UNCERTAIN: Record<string, string> = {
  ECONNRESET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  UND_ERR_HEADERS_TIMEOUT: 'there was no answer in time',
};

/** Codes of the TLS handshake, after which nothing is sent: certificates, protocol versions, plain HTTP. */
const TLS = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH$)/;

function failureOf(error: unknown): NoAnswer {
  const code = codeOf(error);
  if (TLS.test(code)) return { failed: 'unsent', why: `the TLS connection failed (${code})` };
  const unsent = UNSENT[code];
  if (unsent !== undefined) return { failed: 'unsent', why: `${unsent} (${code})` };
  // fetch itself refuses some ports, without a code.
  if (code === '' && /bad port/.test(String((error as Error).cause)))
    return { failed: 'unsent', why: 'this port is not allowed for HTTP' };
  const uncertain = UNCERTAIN[code];
  return { failed: 'uncertain', why: uncertain ?? `the request failed (${code || 'no reason given'})` };
}

/** The code of the innermost cause: fetch wraps what happened, once for each address that it tried. */
function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; isError(at) && depth < 5; depth++) {
    if (typeof at.code === 'string') return at.code;
    at = at.cause ?? (Array.isArray(at.errors) ? at.errors[0] : undefined);
  }
  return '';
}

function isError(value: unknown): value is { code?: unknown; cause?: unknown; errors?: unknown } {
  return value instanceof Error || isRecord(value);
}
