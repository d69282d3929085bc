import { isRecord, reviveBuffers } from '../json.ts';

/** A context or stylesheet as the template gets it, and the JSON that it was made of. */
export interface JsonCopy {
  json: string;
  value: Record<string, unknown>;
}

/**
 * A copy of a context by way of JSON, as it reaches the template in POML's SDKs: what a recorded call is rendered with
 * again is then what it was rendered with, dates and all. Buffers stay buffers.
 *
 * @param what How messages call it, e.g. `context`.
 * @throws TypeError for what JSON cannot hold, with its path
 */
export function jsonCopy(given: Record<string, unknown>, what: string): JsonCopy {
  const json = toJson(given, what);
  return { json, value: parsed(json, what) };
}

/**
 * The same from the text of a JSON file.
 *
 * @throws TypeError when it holds no JSON object
 */
export function jsonFromFile(text: string, what: string): JsonCopy {
  return { json: text, value: parsed(text, what) };
}

function parsed(json: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new TypeError(
      `${what} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (!isRecord(value)) throw new TypeError(`${what} must be an object.`);
  if (json.includes('__base64__')) {
    checkBase64(value, what);
    for (const key of Object.keys(value)) {
      const child = value[key];
      const revived = reviveBuffers(child);
      if (revived !== child) value[key] = revived;
    }
  }
  return value;
}

function toJson(given: Record<string, unknown>, what: string): string {
  if (!isRecord(given)) throw new TypeError(`${what} must be an object.`);
  const json: string | undefined = JSON.stringify(
    given,
    function (this: unknown, key: string, value: unknown) {
      // JSON.stringify has called toJSON already; the buffer itself is still in its holder.
      const original = (this as Record<string, unknown>)[key];
      if (original instanceof Uint8Array) return { __base64__: Buffer.from(original).toString('base64') };
      const fault = faultOf(value);
      if (fault !== undefined) {
        throw new TypeError(
          `${pathTo(given, value, what)} is ${fault}, which a ${what} cannot hold: it is recorded as JSON.`,
        );
      }
      return value;
    },
  );
  return json ?? '{}';
}

/** What of a value JSON would lose or change without a word. `undefined` is left out, as everywhere in JSON. */
function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'bigint':
      return 'a BigInt';
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value instanceof Map || value instanceof Set) return `a ${value.constructor.name}`;
      return undefined;
    default:
      return undefined;
  }
}

/** Where in an object a value is, e.g. `context.meta.latency`. Only asked for when there is a fault to name. */
function pathTo(root: object, wanted: unknown, what: string): string {
  const seen = new Set<unknown>();
  const open: { value: object; path: string }[] = [{ value: root, path: what }];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    seen.add(at.value);
    for (const [key, child] of Object.entries(at.value) as [string, unknown][]) {
      const path = at.path + (Array.isArray(at.value) ? `[${key}]` : `.${key}`);
      if (Object.is(child, wanted)) return path;
      if (typeof child === 'object' && child !== null && !seen.has(child)) open.push({ value: child, path });
    }
  }
  return `something in ${what}`;
}

/** POML fails for bytes that are no text of base64. */
function checkBase64(root: object, what: string): void {
  const open: { value: object; path: string }[] = [{ value: root, path: what }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const [key, child] of Object.entries(at.value) as [string, unknown][]) {
      if (key === '__base64__' && child && typeof child !== 'string') {
        throw new TypeError(`${at.path}.__base64__ must be a text of base64.`);
      }
      if (typeof child === 'object' && child !== null) open.push({ value: child, path: `${at.path}.${key}` });
    }
  }
}
