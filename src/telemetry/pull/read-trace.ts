import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../trace/json.ts';
import type { Reader, StoredTrace } from '../read/api.ts';
import type { Deadline } from '../send/deadline.ts';
import { PullError, type TraceToWrite } from './pull.ts';
import { isCallName, type PulledSpan, pulledSpan } from './spans.ts';

/** What a user names: a trace in AgentOps, or a file that the dashboard exported. */
export type PullSubject = { traceId: string } | { file: string };

const MAX_EXPORT_BYTES = 512 * 1024 * 1024;
const CONCURRENCY = 4;
const POLL_MS = 5000;

/**
 * Makes out what is to be pulled: an id of 32 hex digits, an address that holds one, or a file.
 *
 * @throws PullError
 */
export function pullSubject(given: string, cwd: string): PullSubject {
  const plain = given.trim();
  const id = idOf(plain) ?? (/^https?:\/\//i.test(plain) ? idInUrl(plain) : undefined);
  if (id !== undefined) return { traceId: id };
  const file = path.resolve(cwd, plain);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return { file };
  throw new PullError(
    `${plain} is neither a trace id (32 hex digits), nor an address with one, nor a file. The dashboard shows the id in its address: …?trace_id=….`,
  );
}

/** Ids are compared as texts by the server, so they must be lower case and without dashes. */
function idOf(text: string): string | undefined {
  const digits = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined;
}

function idInUrl(text: string): string | undefined {
  try {
    const { searchParams, pathname } = new URL(text);
    return (
      idOf(searchParams.get('trace_id') ?? '') ??
      pathname
        .split('/')
        .map(idOf)
        .find((id) => id !== undefined)
    );
  } catch {
    return undefined;
  }
}

/**
 * Reads a trace and the attributes of its calls of POML from AgentOps, a few at a time.
 *
 * @param waitUntil Milliseconds since 1970 until which a trace that is not there yet is waited for.
 * @throws PullError, ReadError
 */
export async function readTrace(
  reader: Reader,
  traceId: string,
  { deadline, waitUntil, api }: { deadline: Deadline; waitUntil: number; api: string },
): Promise<TraceToWrite> {
  const trace = await storedTrace(reader, traceId, deadline, waitUntil);
  const wanted = trace.spans.filter(({ name }) => isCallName(name));
  const others: PulledSpan[] = trace.spans
    .filter(({ name }) => !isCallName(name))
    .map((span) => ({ ...span, failed: false, attributes: {} }));
  const calls: PulledSpan[] = [];
  const queue = [...wanted];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const span = pulledSpan(await reader.span(next.spanId));
      if (!span) throw new PullError(`The span ${next.spanId} of the trace could not be read.`);
      calls.push({ ...span, name: next.name, startTime: next.startTime || span.startTime });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { traceId, projectId: trace.projectId, from: api, spans: [...others, ...calls] };
}

async function storedTrace(
  reader: Reader,
  traceId: string,
  deadline: Deadline,
  waitUntil: number,
): Promise<StoredTrace> {
  for (;;) {
    const trace = await reader.trace(traceId);
    if (trace) return trace;
    if (Date.now() >= waitUntil || !(await deadline.wait(POLL_MS)))
      throw new PullError(
        `AgentOps has no trace ${traceId} in the project of this key. One that was just sent takes up to a minute to show: use --wait 60.`,
      );
  }
}

/**
 * Reads a trace that the dashboard exported: `{ "trace": …, "spans": […] }`.
 *
 * @throws PullError
 */
export function readExport(file: string): TraceToWrite {
  if (statSync(file).size > MAX_EXPORT_BYTES) throw new PullError(`${file} is too large.`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PullError(`${file} is no JSON: ${(error as Error).message}`);
  }
  const list = Array.isArray(value) ? value : isRecord(value) ? value.spans : undefined;
  if (!Array.isArray(list))
    throw new PullError(`${file} is no trace exported by AgentOps: an object with "spans" expected.`);
  const spans = list.map(pulledSpan).filter((span) => span !== undefined);
  const traceId = list
    .map((span: unknown) => (isRecord(span) ? idOf(String(span.trace_id)) : undefined))
    .find((id) => id !== undefined);
  const fromTrace =
    isRecord(value) && isRecord(value.trace)
      ? idOf(String(value.trace.trace_id ?? value.trace.id))
      : undefined;
  return {
    traceId: traceId ?? fromTrace ?? path.basename(file),
    projectId: '',
    from: path.basename(file),
    spans,
  };
}
