import { isRecord } from '../../trace/json.ts';

/** A stored span as far as a call of POML can be told from it. */
export interface PulledSpan {
  spanId: string;
  name: string;
  /** ISO 8601. */
  startTime: string;
  /** Whether it ended with an error. */
  failed: boolean;
  /** Attributes, by name or nested; every value a text. */
  attributes: Record<string, unknown>;
}

/** Names of the span of a call, over time. */
const CALL_NAMES = new Set(['poml.task', 'poml.operation']);

/** Whether a span is a call of POML, by its name alone. */
export function isCallName(name: string): boolean {
  return CALL_NAMES.has(name);
}

/** Whether a span is a call of POML, by its name or by what it says to be. */
export function isCall({ name, attributes }: Pick<PulledSpan, 'name' | 'attributes'>): boolean {
  return isCallName(name) || attribute(attributes, 'operation.name') === 'poml';
}

/** A span as the public API and the dashboard's export spell it; `undefined` for anything else. */
export function pulledSpan(value: unknown): PulledSpan | undefined {
  if (!isRecord(value) || typeof value.span_id !== 'string' || !/^[0-9a-f]{1,32}$/i.test(value.span_id))
    return undefined;
  const { span_name: name, start_time: startTime, status_code: status } = value;
  return {
    spanId: value.span_id.toLowerCase(),
    name: typeof name === 'string' ? name : '',
    startTime: typeof startTime === 'string' ? startTime : '',
    // `ERROR`, or `STATUS_CODE_ERROR` as the documentation has it.
    failed: typeof status === 'string' && /(?:^|_)ERROR$/i.test(status),
    attributes: isRecord(value.span_attributes) ? value.span_attributes : {},
  };
}

/** The text of an attribute, whether the names are flat, nested at their dots, or partly both. */
export function attribute(attributes: Record<string, unknown>, name: string): string | undefined {
  const whole = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (typeof whole === 'string') return whole;
  const dots = [...name.matchAll(/\./g)].map(({ index }) => index);
  for (const dot of dots) {
    const head = name.slice(0, dot);
    const inner = Object.hasOwn(attributes, head) ? attributes[head] : undefined;
    const found = isRecord(inner) ? attribute(inner, name.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of several attributes that is there. */
export function firstAttribute(
  attributes: Record<string, unknown>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const found = attribute(attributes, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
