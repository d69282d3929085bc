/**
 * A deep copy of a context, so that a template that changes its variables does not change the caller's. Plain
 * objects and lists are copied, buffers and dates too; anything else is passed on.
 */
export function cloneContext(context: Record<string, unknown>): Record<string, unknown> {
  return clone(context, new Map()) as Record<string, unknown>;
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (value === null || typeof value !== 'object') return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of value) copy.push(clone(item, seen));
    return copy;
  }
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Date) return new Date(value);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy: Record<string, unknown> = {};
  seen.set(value, copy);
  for (const key of Object.keys(value)) {
    const item = clone((value as Record<string, unknown>)[key], seen);
    // JSON can hold an own key __proto__; assigning it would set the prototype.
    if (key === '__proto__') {
      Object.defineProperty(copy, key, { value: item, enumerable: true, configurable: true, writable: true });
    } else {
      copy[key] = item;
    }
  }
  return copy;
}
