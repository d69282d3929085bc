import type { Attributes, AttributeValue, Span } from '../span.ts';
import type { Encoding } from './encoding.ts';

/** OTLP as JSON: ids in hex, enums as numbers, times as decimal texts, because they exceed what a number holds. */
export const json: Encoding = {
  contentType: 'application/json',
  span: (span) => Buffer.from(JSON.stringify(spanJson(span)), 'utf8'),
  request({ resource, scope }, spans) {
    const head = JSON.stringify({ attributes: keyValues(resource) });
    const start = `{"resourceSpans":[{"resource":${head},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`;
    const list = spans.flatMap((span, i) => (i === 0 ? [span] : [COMMA, span]));
    return Buffer.concat([Buffer.from(start, 'utf8'), ...list, Buffer.from(']}]}]}', 'utf8')]);
  },
};

const COMMA = Buffer.from(',');
const INTERNAL = 1;
const STATUS = { unset: 0, ok: 1, error: 2 };

function spanJson(span: Span): Record<string, unknown> {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: whole(span.name),
    kind: INTERNAL,
    startTimeUnixNano: String(span.startTime),
    endTimeUnixNano: String(span.endTime),
    attributes: keyValues(span.attributes),
    ...(span.events &&
      span.events.length > 0 && {
        events: span.events.map((event) => ({
          timeUnixNano: String(event.time),
          name: whole(event.name),
          attributes: keyValues(event.attributes),
        })),
      }),
    status: {
      code: STATUS[span.status.code],
      ...(span.status.code === 'error' && { message: whole(span.status.message) }),
    },
  };
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key: whole(key), value: anyValue(value) }));
}

function anyValue(value: AttributeValue): unknown {
  switch (typeof value) {
    case 'string':
      return { stringValue: whole(value) };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((item) => ({ stringValue: whole(item) })) } };
  }
}

/** The same text as the other encoding gives: half a character becomes a replacement character. */
function whole(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
