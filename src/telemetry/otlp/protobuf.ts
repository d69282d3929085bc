import type { Attributes, AttributeValue, Span, SpanEvent } from '../span.ts';
import type { Encoding } from './encoding.ts';

/**
 * OTLP as protocol buffers. Each function writes one message of opentelemetry-proto 1.x; the numbers are those of its
 * fields, and a test reads every one of them back with the official descriptors.
 */
export const protobuf: Encoding = {
  contentType: 'application/x-protobuf',
  // With its field number, so that its size is known before it is put together with others.
  span: (span) => Buffer.concat(message(2, spanFields(span))),
  request({ resource, scope }, spans) {
    const scopeSpans = [...message(1, [...text(1, scope.name), ...text(2, scope.version)]), ...spans];
    const resourceSpans = [...message(1, keyValues(1, resource)), ...message(2, scopeSpans)];
    return Buffer.concat(message(1, resourceSpans));
  },
};

/** Pieces of a message: they are put together once, when all of it is there, so that long texts are copied once. */
type Pieces = readonly Uint8Array[];

const INTERNAL = 1;
const STATUS = { unset: 0, ok: 1, error: 2 };

function spanFields(span: Span): Pieces {
  return [
    ...message(1, [Buffer.from(span.traceId, 'hex')]),
    ...message(2, [Buffer.from(span.spanId, 'hex')]),
    ...(span.parentSpanId === undefined ? [] : message(4, [Buffer.from(span.parentSpanId, 'hex')])),
    ...text(5, span.name),
    number(6, INTERNAL),
    fixed64(7, span.startTime),
    fixed64(8, span.endTime),
    ...keyValues(9, span.attributes),
    ...(span.events ?? []).flatMap((event) => message(11, eventFields(event))),
    ...message(15, statusFields(span)),
  ];
}

function eventFields({ time, name, attributes }: SpanEvent): Pieces {
  return [fixed64(1, time), ...text(2, name), ...keyValues(3, attributes)];
}

function statusFields({ status }: Span): Pieces {
  return [...(status.code === 'error' ? text(2, status.message) : []), number(3, STATUS[status.code])];
}

function keyValues(field: number, attributes: Attributes): Pieces {
  return Object.entries(attributes).flatMap(([key, value]) =>
    message(field, [...text(1, key), ...message(2, anyValue(value))]),
  );
}

function anyValue(value: AttributeValue): Pieces {
  switch (typeof value) {
    case 'string':
      return text(1, value);
    case 'boolean':
      return [number(2, value ? 1 : 0)];
    case 'number':
      return [Number.isSafeInteger(value) ? number(3, value) : double(4, value)];
    default:
      return message(
        5,
        value.flatMap((item) => message(1, text(1, item))),
      );
  }
}

function message(field: number, pieces: Pieces): Pieces {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [Buffer.from([...varint((field << 3) | 2), ...varint(length)]), ...pieces];
}

/** A text; what is no whole character becomes a replacement character, since receivers refuse the message otherwise. */
function text(field: number, value: string): Pieces {
  return message(field, [Buffer.from(value, 'utf8')]);
}

function number(field: number, value: number): Uint8Array {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function fixed64(field: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = (field << 3) | 1;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 1);
  return bytes;
}

function double(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = (field << 3) | 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** Seven bits a byte, the lowest first; a negative number as the 64 bits of its two's complement. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  if (value < 0) {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    return [...bytes, Number(rest)];
  }
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
