import type { ReceivedSpan } from './decode.ts';

/** A stored span: every value is a text, as in AgentOps' tables. */
export interface StoredSpan extends Omit<ReceivedSpan, 'attributes' | 'resource'> {
  projectId: string;
  attributes: Map<string, string>;
  resource: Map<string, string>;
}

/** Stores a span as the collector does, which makes texts of all values and sets the project by the token. */
export function stored(span: ReceivedSpan, projectId: string): StoredSpan {
  const resource = { ...span.resource, ProjectId: projectId, 'agentops.project.id': projectId };
  return { ...span, projectId, attributes: texts(span.attributes), resource: texts(resource) };
}

function texts(values: Record<string, unknown>): Map<string, string> {
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : Array.isArray(value) ? JSON.stringify(value) : String(value),
    ]),
  );
}

/** What the public API tells of a trace; `undefined` for its error 500, which some values bring about for ever. */
export function traceView(traceId: string, spans: readonly StoredSpan[]): object | undefined {
  const first = spans.toSorted((a, b) => Number(a.start - b.start))[0];
  const tags = tagsOf(first?.attributes.get('agentops.tags'));
  if (tags === undefined || spans.some(isPoisoned)) return undefined;
  return {
    trace_id: traceId,
    project_id: first?.projectId ?? '',
    tags,
    // The real one has no order either.
    spans: spans.map(summary).reverse(),
  };
}

/** What the public API tells of one span. */
export function spanView(span: StoredSpan): object | undefined {
  if (isPoisoned(span)) return undefined;
  return {
    ...summary(span),
    service_name: span.resource.get('service.name') ?? '',
    attributes: {},
    resource_attributes: nested(span.resource),
    span_attributes: nested(span.attributes),
  };
}

/** A span as the dashboard's export has it. */
export function exportView(span: StoredSpan): object {
  return {
    ...spanView(span),
    trace_id: span.traceId,
    span_type: 'request',
    event_names: [],
    link_trace_ids: [],
  };
}

function summary(span: StoredSpan): object {
  return {
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    span_name: span.name,
    span_kind: 'Internal',
    start_time: isoTime(span.start),
    end_time: isoTime(span.end),
    duration: Number(span.end - span.start),
    status_code: ['UNSET', 'OK', 'ERROR'][span.status.code],
    status_message: span.status.message,
  };
}

/** Python's `isoformat`: microseconds, and no fraction where it is zero. */
function isoTime(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const micros = (nanoseconds % 1_000_000_000n) / 1000n;
  return `${seconds}${micros === 0n ? '' : `.${String(micros).padStart(6, '0')}`}+00:00`;
}

function tagsOf(text: string | undefined): string[] | undefined {
  if (text === undefined || text === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string') ? value : undefined;
}

/** Whether Python's `int()` or `float()` fails on a number that the API reads, or the tags are no list of texts. */
function isPoisoned({ attributes }: StoredSpan): boolean {
  for (const [key, text] of attributes) {
    if (/^gen_ai\.usage\.\w*tokens$/.test(key) && !/^\s*[-+]?\d+\s*$/.test(text)) return true;
    if (/^gen_ai\.usage\.\w*cost$/.test(key) && Number.isNaN(Number.parseFloat(text))) return true;
  }
  return tagsOf(attributes.get('agentops.tags')) === undefined;
}

type Tree = { [key: string]: Tree | string } | (Tree | string)[];

/** The tree that the API makes of flat names, its losses included. */
export function nested(attributes: ReadonlyMap<string, string>): Tree {
  const root: Tree = {};
  for (const [key, value] of attributes) insert(root, key.split('.'), value);
  return root;
}

function insert(root: Tree, segments: readonly string[], value: string): void {
  let at: Tree = root;
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    const slot = Array.isArray(at) ? Number(segment) : segment;
    // Below an object a single digit is dropped, and a list takes nothing but digits.
    if (Array.isArray(at) ? !/^\d+$/.test(segment) : i > 0 && /^\d$/.test(segment)) return;
    while (Array.isArray(at) && at.length < Number(slot)) at.push({});
    const holder = at as Record<string | number, Tree | string>;
    if (isLast) {
      holder[slot] = value;
      return;
    }
    holder[slot] ??= segments[i + 1] === '0' ? [] : {};
    const next = holder[slot];
    // A value stands there already.
    if (typeof next === 'string') return;
    at = next;
  }
}
