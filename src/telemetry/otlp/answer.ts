import { isRecord } from '../../trace/json.ts';

/** What a collector says about spans that it took, or took in part. */
export interface PartialSuccess {
  /** How many spans it refused. */
  rejected: number;
  /** Why; not escaped, it is a stranger's text. */
  message: string;
}

/** Reads the body of a successful answer, of either encoding. A body that is none of them says nothing. */
export function partialSuccess(body: Uint8Array, contentType: string | null): PartialSuccess {
  try {
    return /json/i.test(contentType ?? '') ? ofJson(body) : ofProtobuf(body);
  } catch {
    return { rejected: 0, message: '' };
  }
}

function ofJson(body: Uint8Array): PartialSuccess {
  const value: unknown = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'));
  const partial = isRecord(value) && isRecord(value.partialSuccess) ? value.partialSuccess : {};
  const { rejectedSpans, errorMessage } = partial;
  return {
    rejected: countOf(Number(rejectedSpans ?? 0)),
    message: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

/** ExportTraceServiceResponse { partial_success = 1 { rejected_spans = 1, error_message = 2 } }. */
function ofProtobuf(body: Uint8Array): PartialSuccess {
  const found: PartialSuccess = { rejected: 0, message: '' };
  for (const outer of fields(body)) {
    if (outer.number !== 1 || typeof outer.value === 'bigint') continue;
    for (const inner of fields(outer.value)) {
      if (inner.number === 1 && typeof inner.value === 'bigint')
        found.rejected = countOf(Number(BigInt.asIntN(64, inner.value)));
      if (inner.number === 2 && typeof inner.value !== 'bigint')
        found.message = Buffer.from(inner.value).toString('utf8');
    }
  }
  return found;
}

function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function* fields(bytes: Uint8Array): Generator<{ number: number; value: bigint | Uint8Array }> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new RangeError('the message is cut');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (type === 0) {
      yield { number, value: varint() };
      continue;
    }
    const length = type === 2 ? Number(varint()) : type === 1 ? 8 : type === 5 ? 4 : Number.NaN;
    if (!(at + length <= bytes.length)) throw new RangeError('the message is cut');
    yield { number, value: bytes.subarray(at, at + length) };
    at += length;
  }
}
