import generated from '@opentelemetry/otlp-transformer/build/src/generated/root.js';

/** A span as a collector reads it, with what it was sent under. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty for a root. */
  parentSpanId: string;
  name: string;
  kind: number;
  start: bigint;
  end: bigint;
  attributes: Record<string, unknown>;
  status: { code: number; message: string };
  events: { name: string; time: bigint; attributes: Record<string, unknown> }[];
  resource: Record<string, unknown>;
  scope: { name: string; version: string };
}

/** The parts of the official, generated code that are used here. */
interface MessageType {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  fromObject(value: object): object;
  toObject(message: object, options: object): Record<string, unknown>;
  verify(value: object): string | null;
}

interface Generated {
  opentelemetry: {
    proto: {
      collector: {
        trace: { v1: Record<'ExportTraceServiceRequest' | 'ExportTraceServiceResponse', MessageType> };
      };
    };
  };
}

/** Messages by the official descriptors of OTLP, as OpenTelemetry's own package has generated them. */
export const official = (generated as unknown as Generated).opentelemetry.proto.collector.trace.v1;

/**
 * Reads a request with the official descriptors.
 *
 * @throws Error when it is no request, or holds what the descriptors do not know.
 */
export function decodeRequest(body: Uint8Array, contentType: string): ReceivedSpan[] {
  const { ExportTraceServiceRequest: type } = official;
  const isJson = contentType.includes('json');
  const message = isJson ? type.fromObject(fromOtlpJson(body)) : type.decode(body);
  if (!isJson && !Buffer.from(type.encode(message).finish()).equals(body))
    throw new Error('the request holds fields that the descriptors do not know');
  const request = type.toObject(message, {
    longs: String,
    defaults: true,
    arrays: true,
  }) as unknown as RequestObject;
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: span.name,
        kind: span.kind,
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        attributes: attributesOf(span.attributes),
        status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
        events: span.events.map((event) => ({
          name: event.name,
          time: BigInt(event.timeUnixNano),
          attributes: attributesOf(event.attributes),
        })),
        resource: attributesOf(resource?.attributes ?? []),
        scope: { name: scope?.name ?? '', version: scope?.version ?? '' },
      })),
    ),
  );
}

interface KeyValue {
  key: string;
  value: Record<string, unknown> & { value?: string };
}

interface RequestObject {
  resourceSpans: {
    resource: { attributes: KeyValue[] } | null;
    scopeSpans: {
      scope: { name: string; version: string } | null;
      spans: {
        traceId: Uint8Array;
        spanId: Uint8Array;
        parentSpanId: Uint8Array;
        name: string;
        kind: number;
        startTimeUnixNano: string;
        endTimeUnixNano: string;
        attributes: KeyValue[];
        status: { code: number; message: string } | null;
        events: { name: string; timeUnixNano: string; attributes: KeyValue[] }[];
      }[];
    }[];
  }[];
}

/** OTLP/JSON has ids in hex where protobuf's own JSON has base64; all else is the same. */
function fromOtlpJson(body: Uint8Array): object {
  const ids = new Set(['traceId', 'spanId', 'parentSpanId']);
  return JSON.parse(Buffer.from(body).toString('utf8'), (key, value: unknown) => {
    if (!ids.has(key)) return value;
    if (typeof value !== 'string' || !/^[0-9a-f]*$/.test(value))
      throw new Error(`${key} is not lower-case hex`);
    return Buffer.from(value, 'hex').toString('base64');
  }) as object;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function attributesOf(list: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: Record<string, unknown>): unknown {
  if ('arrayValue' in value && value.arrayValue !== null)
    return (value.arrayValue as { values: Record<string, unknown>[] }).values.map(plainValue);
  if ('intValue' in value && value.intValue !== null) return Number(value.intValue);
  for (const kind of ['stringValue', 'boolValue', 'doubleValue'])
    if (kind in value && value[kind] !== null) return value[kind];
  return undefined;
}
