import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ReceivedSpan } from './decode.ts';
import { API_KEY, auth, collect, read } from './doors.ts';
import { exportView, type StoredSpan } from './store.ts';

/** The three doors of AgentOps. */
export type Door = 'auth' | 'collector' | 'read';

/**
 * How a door misbehaves: an answer in place of the real one, or none: `hang` takes the request and never answers,
 * `reset` closes before an answer, `cut` closes in the middle of a good answer, `swallow` does its work and closes
 * without an answer.
 */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'hang'
  | 'reset'
  | 'cut'
  | 'swallow';

/** A request as it came in. */
export interface SeenRequest {
  door: Door;
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** AgentOps for tests, on this machine. */
export interface AgentOpsServer {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** The variables of a shell that uses it. */
  env: Record<string, string>;
  requests: SeenRequest[];
  /** What the collector took, in order. */
  spans: ReceivedSpan[];
  /** Makes a door misbehave, the next `times` times (default: from now on). */
  fault(door: Door, fault: Fault, times?: number): void;
  /** All doors behave again. */
  mend(): void;
  /** Every token given out so far is refused from now on. */
  revokeTokens(): void;
  /** How many spans of each request the collector refuses, saying so. */
  refuseOf: number;
  /** The collector takes spans, and they cannot be read until `settle` is called. */
  delayed: boolean;
  settle(): void;
  /** As if nothing had ever been sent. */
  forget(): void;
  /** The dashboard's export of a trace. */
  exported(traceId: string): string;
  close(): Promise<void>;
}

/**
 * Starts a server that does what AgentOps' login, collector and public read API do.
 *
 * @param tls Key and certificate, for `https:`.
 */
export async function startAgentOps(tls?: { key: string; cert: string }): Promise<AgentOpsServer> {
  const tokens = new Set<string>();
  const rows: StoredSpan[] = [];
  const held: StoredSpan[] = [];
  const faults = new Map<Door, { fault: Fault; times: number }[]>();
  const answer = (request: SeenRequest, response: ServerResponse) => {
    if (request.door === 'auth') return auth(request, response, tokens);
    if (request.door === 'collector') return collect(request, response, state);
    return read(request, response, state);
  };
  const server = tls ? createTlsServer(tls) : createServer();
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('end', () => {
      const request: SeenRequest = {
        door: doorOf(message.url ?? ''),
        method: message.method ?? '',
        path: message.url ?? '',
        headers: message.headers,
        body: Buffer.concat(parts),
      };
      state.api.requests.push(request);
      const fault = nextFault(faults.get(request.door));
      if (fault === undefined) answer(request, response);
      else misbehave(fault, response, () => answer(request, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: State = { tokens, rows, held, api: apiOf(url, server, { tokens, rows, held, faults }) };
  return state.api;
}

/** What the doors share. */
export interface State {
  tokens: Set<string>;
  rows: StoredSpan[];
  /** Taken, and not to be read yet. */
  held: StoredSpan[];
  api: AgentOpsServer;
}

function apiOf(
  url: string,
  server: Server,
  {
    tokens,
    rows,
    held,
    faults,
  }: Pick<State, 'tokens' | 'rows' | 'held'> & { faults: Map<Door, { fault: Fault; times: number }[]> },
): AgentOpsServer {
  return {
    url,
    env: {
      AGENTOPS_API_KEY: API_KEY,
      AGENTOPS_API_ENDPOINT: url,
      AGENTOPS_EXPORTER_ENDPOINT: `${url}/v1/traces`,
      AGENTOPS_APP_URL: 'http://localhost:3000',
    },
    requests: [],
    spans: [],
    refuseOf: 0,
    delayed: false,
    settle() {
      rows.push(...held.splice(0));
    },
    forget() {
      for (const list of [rows, held, this.spans]) list.length = 0;
    },
    fault(door, fault, times = Number.POSITIVE_INFINITY) {
      faults.set(door, [...(faults.get(door) ?? []), { fault, times }]);
    },
    mend: () => faults.clear(),
    revokeTokens: () => tokens.clear(),
    exported: (traceId) => {
      const spans = rows.filter((row) => row.traceId === traceId);
      return JSON.stringify({ trace: null, spans: spans.map(exportView) }, null, 2);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function doorOf(path: string): Door {
  if (/^\/(?:v3|public\/v1)\/auth\//.test(path)) return 'auth';
  return path.startsWith('/public/') ? 'read' : 'collector';
}

function nextFault(list: { fault: Fault; times: number }[] | undefined): Fault | undefined {
  const next = list?.find(({ times }) => times > 0);
  if (next) next.times--;
  return next?.fault;
}

function misbehave(fault: Fault, response: ServerResponse, answer: () => void): void {
  if (fault === 'hang') return;
  if (fault === 'reset') response.destroy();
  else if (fault === 'swallow') {
    // The work is done; the answer goes nowhere.
    response.writeHead = () => response;
    response.end = (() => response.destroy()) as typeof response.end;
    answer();
  } else if (fault === 'cut') {
    const end = response.end.bind(response);
    response.end = ((body?: string | Buffer) => {
      response.write(Buffer.from(body ?? '').subarray(0, 1), () => response.destroy());
      return response;
    }) as typeof end;
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((status: number, headers: Record<string, string>) =>
      writeHead(status, { ...headers, 'content-length': '1000' })) as typeof response.writeHead;
    answer();
  } else response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
}
