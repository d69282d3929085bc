import type { Difference } from './verdict.ts';

/** Most differences listed of one part; a rewritten schema of 10,000 keys is told by its first ones. */
const MAX_DIFFERENCES = 500;
const MAX_DEPTH = 200;

/**
 * The differences of two JSON values, by path.
 *
 * Lists of plain values (`required`, `enum`) are compared as a whole, other lists by position. The same keys in
 * another order are a difference too (`moved`): the order reaches the model.
 *
 * @param path Path of the values, e.g. `schema`.
 * @example
 * compareValues({ type: 'object' }, { type: 'array' }, 'schema')
 * // [{ path: 'schema.type', kind: 'changed', expected: 'object', actual: 'array' }]
 */
export function compareValues(expected: unknown, actual: unknown, path: string): Difference[] {
  const found: Difference[] = [];
  visit(expected, actual, path, found, 0);
  return found;
}

function visit(expected: unknown, actual: unknown, path: string, found: Difference[], depth: number): void {
  if (found.length >= MAX_DIFFERENCES || Object.is(expected, actual)) return;
  if (expected === undefined) {
    found.push({ path, kind: 'added', actual });
  } else if (actual === undefined) {
    found.push({ path, kind: 'removed', expected });
  } else if (Array.isArray(expected) && Array.isArray(actual)) {
    visitLists(expected, actual, path, found, depth);
  } else if (isRecord(expected) && isRecord(actual)) {
    visitObjects(expected, actual, path, found, depth);
  } else {
    found.push({ path, kind: 'changed', expected, actual });
  }
}

function visitLists(
  expected: unknown[],
  actual: unknown[],
  path: string,
  found: Difference[],
  depth: number,
): void {
  if (depth >= MAX_DEPTH || [...expected, ...actual].every(isPlain)) {
    if (JSON.stringify(expected) !== JSON.stringify(actual))
      found.push({ path, kind: 'changed', expected, actual });
    return;
  }
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    visit(expected[i], actual[i], `${path}[${i}]`, found, depth + 1);
  }
}

function visitObjects(
  expected: Record<string, unknown>,
  actual: Record<string, unknown>,
  path: string,
  found: Difference[],
  depth: number,
): void {
  if (depth >= MAX_DEPTH) {
    if (JSON.stringify(expected) !== JSON.stringify(actual))
      found.push({ path, kind: 'changed', expected, actual });
    return;
  }
  const before = found.length;
  const expectedKeys = Object.keys(expected);
  const actualKeys = Object.keys(actual);
  for (const key of expectedKeys) {
    visit(
      expected[key],
      Object.hasOwn(actual, key) ? actual[key] : undefined,
      join(path, key),
      found,
      depth + 1,
    );
  }
  for (const key of actualKeys) {
    if (!Object.hasOwn(expected, key)) visit(undefined, actual[key], join(path, key), found, depth + 1);
  }
  // Keys that came or went are told already; only the order of the others is left to compare.
  const kept = expectedKeys.filter((key) => Object.hasOwn(actual, key));
  const order = actualKeys.filter((key) => Object.hasOwn(expected, key));
  if (found.length === before && kept.some((key, i) => key !== order[i])) {
    found.push({
      path,
      kind: 'moved',
      expected: expectedKeys,
      actual: actualKeys,
      note: 'order of the keys',
    });
  }
}

/** A path one key further: `a.b`, or `a["b c"]` for a key that is no plain name. */
export function join(path: string, key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
