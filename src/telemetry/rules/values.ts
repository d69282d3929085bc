import type { AttributeValue } from '../span.ts';

/** Numbers of tokens: AgentOps answers 500 for ever for a trace in which one of them is no integer. */
const TOKENS = /^(?:gen_ai\.usage\.\w*tokens|llm\.token_count\.[\w.]+)$/;
/** Prices; a text there has the same effect. */
const COST = /^gen_ai\.usage\.\w*cost$/;
/** The tags of a trace; anything but a list of texts has the same effect. */
const TAGS = 'agentops.tags';

/**
 * The value of an attribute as it may be sent, from whatever a caller gave.
 *
 * @returns `undefined` when nothing safe can be made of it; the attribute is left out then.
 */
export function safeValue(key: string, value: unknown): AttributeValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (key === TAGS) return tags(value);
  if (TOKENS.test(key)) return numeric(value, (number) => Number.isSafeInteger(number) && number >= 0);
  if (COST.test(key)) return numeric(value, Number.isFinite);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'bigint':
      return String(value);
    case 'object':
      return Array.isArray(value) ? texts(value) : asJson(value);
    default:
      return undefined;
  }
}

function tags(value: unknown): string[] | undefined {
  const found = (Array.isArray(value) ? texts(value) : typeof value === 'string' ? [value] : [])
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return found.length > 0 ? [...new Set(found)] : undefined;
}

function numeric(value: unknown, valid: (number: number) => boolean): number | undefined {
  const isText = typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value);
  const number = typeof value === 'number' ? value : isText ? Number(value) : Number.NaN;
  return valid(number) ? number : undefined;
}

function texts(values: readonly unknown[]): string[] {
  return values.flatMap((value) => {
    if (value === null || value === undefined) return [];
    return typeof value === 'object' ? (asJson(value) ?? []) : String(value);
  });
}

function asJson(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
