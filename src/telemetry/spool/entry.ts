import { isRecord } from '../../trace/json.ts';
import type { Delivery } from '../send/sender.ts';
import type { Attributes, Span, SpanBatch, SpanEvent, SpanStatus } from '../span.ts';
import type { BackendName, Target } from '../targets/target.ts';
import { BACKENDS } from '../targets/target.ts';

/** Spans that wait to be sent, as they lie in one file of the spool. No key, token or header is among it. */
export interface SpoolEntry {
  /** Milliseconds since 1970. */
  createdAt: number;
  backend: BackendName;
  /** The collector they are meant for, without query. */
  url: string;
  /** Why they wait. */
  why: string;
  /** They went out at this time (milliseconds since 1970) and no answer came: they may be there. */
  uncertainSince?: number;
  batch: SpanBatch;
}

const VERSION = 1;

/** The address of a target as an entry names it: what comes after `?` may be secret. */
export function entryUrl({ url }: Pick<Target, 'url'>): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** What of a delivery waits for another try. */
export function entriesOf(delivery: Delivery, target: Target, createdAt: number): SpoolEntry[] {
  return delivery.undelivered.map(({ spans, uncertain, why }) => ({
    createdAt,
    backend: target.backend,
    url: entryUrl(target),
    why,
    ...(uncertain && { uncertainSince: Date.now() }),
    batch: { ...delivery.sender, spans },
  }));
}

/** The text of a spool file. */
export function printEntry(entry: SpoolEntry): string {
  const { batch, ...rest } = entry;
  const text = JSON.stringify({ version: VERSION, ...rest, ...batch }, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `${text}\n`;
}

/** Reads the text of a spool file; `undefined` when it is none. */
export function parseEntry(text: string): SpoolEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && value.version === VERSION ? entryOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(value: Record<string, unknown>): SpoolEntry {
  const { createdAt, uncertainSince, scope } = value;
  const backend = BACKENDS.find((name) => name === value.backend);
  if (backend === undefined || typeof createdAt !== 'number' || !isRecord(scope))
    throw new TypeError('no entry');
  return {
    createdAt,
    backend,
    url: text(value.url),
    why: text(value.why),
    ...(typeof uncertainSince === 'number' && { uncertainSince }),
    batch: {
      resource: attributes(value.resource),
      scope: { name: text(scope.name), version: text(scope.version) },
      spans: list(value.spans).map(spanOf),
    },
  };
}

function spanOf(value: Record<string, unknown>): Span {
  return {
    traceId: id(value.traceId, 32),
    spanId: id(value.spanId, 16),
    ...(value.parentSpanId !== undefined && { parentSpanId: id(value.parentSpanId, 16) }),
    name: text(value.name),
    startTime: BigInt(text(value.startTime)),
    endTime: BigInt(text(value.endTime)),
    attributes: attributes(value.attributes),
    status: statusOf(value.status),
    ...(value.events !== undefined && { events: list(value.events).map(eventOf) }),
  };
}

function eventOf(value: Record<string, unknown>): SpanEvent {
  return {
    name: text(value.name),
    time: BigInt(text(value.time)),
    attributes: attributes(value.attributes),
  };
}

function statusOf(value: unknown): SpanStatus {
  if (!isRecord(value)) throw new TypeError('no status');
  if (value.code === 'error') return { code: 'error', message: text(value.message) };
  return { code: value.code === 'ok' ? 'ok' : 'unset' };
}

/** Their values are checked once more before they are sent. */
function attributes(value: unknown): Attributes {
  if (!isRecord(value)) throw new TypeError('no attributes');
  return value as Attributes;
}

function id(value: unknown, digits: number): string {
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/.test(value))
    throw new TypeError('no id');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}

function list(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isRecord)) throw new TypeError('no list');
  return value;
}
