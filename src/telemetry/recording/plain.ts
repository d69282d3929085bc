import { stored } from '../../poml/stored.ts';

/** Whatever a function was given or gave back, as JSON can say it; never fails. */
export function plain(value: unknown): unknown {
  try {
    const json: string | undefined = JSON.stringify(value, sayable);
    return json === undefined ? null : (JSON.parse(json) as unknown);
  } catch {
    // A circle, or an object that defends itself.
    return described(value);
  }
}

/** A context or stylesheet as it stands in the files of a trace; an empty one is none there. */
export function plainContext(value: Record<string, unknown> | undefined): unknown {
  return value === undefined || Object.keys(value).length === 0 ? null : plain(stored(value));
}

function sayable(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return `[${original.length} bytes]`;
  if (original instanceof Error) return `${original.name}: ${original.message}`;
  if (original instanceof Map) return [...original];
  if (original instanceof Set) return [...original];
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'function':
      return `[function ${value.name}]`;
    case 'symbol':
      return String(value);
    default:
      return value;
  }
}

function described(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[object]';
  }
}
