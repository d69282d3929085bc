import type { Attributes, AttributeValue, Span, SpanEvent } from '../span.ts';
import type { Encoding } from './encoding.ts';

/**
 * OTLP as protocol buffers. Each function writes one message of opentelemetry-proto 1.x; the numbers are those of its
 * fields, and a test reads every one of them back with the official descriptors.
 */
export const protobuf: Encoding = {
  contentType: 'application/x-protobuf',
  span: (span) => field(2, spanMessage(span)),
  request({ resource, scope }, spans) {
    const scopeSpans = [
      field(1, Buffer.concat([text(1, scope.name), text(2, scope.version)])),
      // Already with their field number, so that their size is known before they are put together.
      ...spans,
    ];
    const resourceSpans = [
      field(1, Buffer.concat(keyValues(1, resource))),
      field(2, Buffer.concat(scopeSpans)),
    ];
    return field(1, Buffer.concat(resourceSpans));
  },
};

const INTERNAL = 1;
const STATUS = { unset: 0, ok: 1, error: 2 };

function spanMessage(span: Span): Buffer {
  return Buffer.concat([
    field(1, Buffer.from(span.traceId, 'hex')),
    field(2, Buffer.from(span.spanId, 'hex')),
    ...(span.parentSpanId === undefined ? [] : [field(4, Buffer.from(span.parentSpanId, 'hex'))]),
    text(5, span.name),
    number(6, INTERNAL),
    fixed64(7, span.startTime),
    fixed64(8, span.endTime),
    ...keyValues(9, span.attributes),
    ...(span.events ?? []).map((event) => field(11, eventMessage(event))),
    field(15, statusMessage(span)),
  ]);
}

function eventMessage({ time, name, attributes }: SpanEvent): Buffer {
  return Buffer.concat([fixed64(1, time), text(2, name), ...keyValues(3, attributes)]);
}

function statusMessage({ status }: Span): Buffer {
  return Buffer.concat([
    ...(status.code === 'error' ? [text(2, status.message)] : []),
    number(3, STATUS[status.code]),
  ]);
}

function keyValues(fieldNumber: number, attributes: Attributes): Buffer[] {
  return Object.entries(attributes).map(([key, value]) =>
    field(fieldNumber, Buffer.concat([text(1, key), field(2, anyValue(value))])),
  );
}

function anyValue(value: AttributeValue): Buffer {
  switch (typeof value) {
    case 'string':
      return text(1, value);
    case 'boolean':
      return number(2, value ? 1 : 0);
    case 'number':
      return Number.isSafeInteger(value) ? number(3, value) : double(4, value);
    default:
      return field(5, Buffer.concat(value.map((item) => field(1, text(1, item)))));
  }
}

function field(fieldNumber: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt((fieldNumber << 3) | 2)), varint(BigInt(content.length)), content]);
}

/** A text; what is no whole character becomes a replacement character, since receivers refuse the message otherwise. */
function text(fieldNumber: number, value: string): Buffer {
  return field(fieldNumber, Buffer.from(value, 'utf8'));
}

function number(fieldNumber: number, value: number): Buffer {
  return Buffer.concat([varint(BigInt(fieldNumber << 3)), varint(BigInt.asUintN(64, BigInt(value)))]);
}

function fixed64(fieldNumber: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = (fieldNumber << 3) | 1;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 1);
  return bytes;
}

function double(fieldNumber: number, value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = (fieldNumber << 3) | 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
