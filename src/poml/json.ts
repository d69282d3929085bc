/** How many characters the JSON of one value may have, roughly. */
export const MAX_JSON = 64 * 1024 * 1024;

/** How deep a value may nest to be shown as JSON. */
export const MAX_JSON_DEPTH = 1000;

const SMALL = 1000;

/**
 * The JSON of a value. Lists that share their parts can stand for exponentially long texts, so a large value is
 * measured before it is printed.
 * @throws Error when it is too large or too deep, and what `JSON.stringify` throws
 */
export function jsonText(value: unknown): string | undefined {
  requireSmall(value);
  return JSON.stringify(value);
}

/** @throws Error when a value, as text or JSON, would be too large or too deep. Values with circles are not judged. */
export function requireSmall(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if (measureQuickly(value, 0, 0) > SMALL) measure(value);
}

/** The number of parts, or something above `SMALL`. Circles end there, too. */
function measureQuickly(value: object, count: number, depth: number): number {
  if (depth > 50) return SMALL + 1;
  let parts = count;
  if (Array.isArray(value)) {
    parts += value.length;
    for (let index = 0; index < value.length && parts <= SMALL; index++) {
      const item: unknown = value[index];
      if (item !== null && typeof item === 'object') parts = measureQuickly(item, parts, depth + 1);
    }
    return parts;
  }
  for (const key of Object.keys(value)) {
    if (++parts > SMALL) return parts;
    const item = ownValue(value, key);
    if (item !== null && typeof item === 'object') parts = measureQuickly(item, parts, depth + 1);
  }
  return parts;
}

/** What a getter would give is not looked at: looking might do something. */
function ownValue(value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

/** Whether a plain object is reached again from itself through plain objects. */
export function holdsItself(value: unknown): boolean {
  return isPlain(value) && reaches(value, new Set());
}

function reaches(value: object, above: Set<object>): boolean {
  if (above.has(value)) return true;
  // Beyond that depth it is refused anyway.
  if (above.size > MAX_JSON_DEPTH) return false;
  above.add(value);
  for (const key of Object.keys(value)) {
    const item = ownValue(value, key);
    if (isPlain(item) && reaches(item, above)) return true;
  }
  above.delete(value);
  return false;
}

/** A plain object: not a list, not an instance of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    (value as object).constructor === Object
  );
}

function measure(value: object): void {
  let length = 0;
  const active = new Set<object>();
  const add = (count: number) => {
    length += count;
    if (length > MAX_JSON) {
      throw new Error(`this value is too large: its text would have more than ${MAX_JSON} characters`);
    }
  };
  const visit = (item: unknown): void => {
    add(typeof item === 'string' ? item.length : 2);
    if (item === null || typeof item !== 'object' || active.has(item)) return;
    if (active.size >= MAX_JSON_DEPTH) {
      throw new Error(`this value is nested deeper than ${MAX_JSON_DEPTH} levels`);
    }
    active.add(item);
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) visit(item[index]);
    } else if (ArrayBuffer.isView(item)) {
      add(item.byteLength * 4);
    } else {
      for (const key of Object.keys(item)) {
        add(key.length + 3);
        visit(ownValue(item, key));
      }
    }
    active.delete(item);
  };
  visit(value);
}
