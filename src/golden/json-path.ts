/** One step of a path: a key or position, every child, or every descendant of that key (`*`: any). */
type Step =
  | { kind: 'child'; key: string | number }
  | { kind: 'every' }
  | { kind: 'descendants'; key: string | number | '*' };

/** A parsed path; see `parseJsonPath`. */
export interface JsonPath {
  /** As it was written. */
  text: string;
  steps: readonly Step[];
}

/** Keys and positions that lead from a value to one in it. */
export type ConcretePath = readonly (string | number)[];

/** A path that is not one; the message shows what is wrong and where. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/**
 * Parses the part of JSONPath (RFC 9535) that names places: `$.user.email`, `messages[0].content`, `tools[*].name`,
 * `$..email` (at any depth), `["a key"]`. The leading `$` may be left out. Filters and slices are not taken.
 *
 * @throws JsonPathError with the position of what is wrong
 * @example findPaths({ users: [{ email: 'a@b.c' }] }, parseJsonPath('$..email')) // [['users', 0, 'email']]
 */
export function parseJsonPath(text: string): JsonPath {
  const steps: Step[] = [];
  let at = text.startsWith('$') ? 1 : 0;
  const fail = (problem: string): never => {
    throw new JsonPathError(`The path ${JSON.stringify(text)} ${problem} at character ${at + 1}.`);
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const deep = rest.startsWith('..');
    // The first key needs no dot where the `$` was left out.
    const dotted = deep ? 2 : rest.startsWith('.') ? 1 : 0;
    const isFirst = at === 0;
    const name = dotted > 0 || isFirst ? NAME.exec(rest.slice(dotted))?.[0] : undefined;
    if (name !== undefined) {
      at += dotted + name.length;
      steps.push(stepTo(name, name === '*', deep));
      continue;
    }
    const bracket = dotted === 1 ? null : BRACKET.exec(rest.slice(dotted));
    if (!bracket) return fail(dotted > 0 ? 'lacks a key' : 'has something that is neither .key nor [index]');
    at += dotted + bracket[0].length;
    const [, index, quoted] = bracket;
    if (quoted !== undefined) steps.push(stepTo(unquote(quoted), false, deep));
    else if (index !== undefined) steps.push(stepTo(Number(index), false, deep));
    else steps.push(stepTo('*', true, deep));
  }
  if (steps.length === 0) fail('names nothing');
  return { text, steps };
}

const NAME = /^(?:\*|[\p{L}_$@-][\p{L}\p{N}_$@-]*)/u;
const BRACKET = /^\[\s*(?:(\d{1,9})|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\*)\s*\]/;

function stepTo(key: string | number, every: boolean, deep: boolean): Step {
  if (deep) return { kind: 'descendants', key };
  return every ? { kind: 'every' } : { kind: 'child', key };
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}

const MAX_DEPTH = 500;

/**
 * The places in a JSON value that a path names, in document order, each once.
 *
 * @returns None where the value has no such place.
 */
export function findPaths(value: unknown, path: JsonPath): ConcretePath[] {
  let found: Place[] = [{ path: [], value }];
  for (const step of path.steps) found = found.flatMap((place) => follow(place, step));
  const unique = new Map(found.map((place) => [JSON.stringify(place.path), place.path]));
  return [...unique.values()];
}

interface Place {
  path: (string | number)[];
  value: unknown;
}

function follow(place: Place, step: Step): Place[] {
  if (step.kind === 'every') return children(place);
  if (step.kind === 'child') return child(place, step.key);
  const { key } = step;
  return [place, ...descendants(place)].flatMap((each) => (key === '*' ? children(each) : child(each, key)));
}

function child({ path, value }: Place, key: string | number): Place[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  // `$.a.0` is no position of a list, and `["0"]` no index: they name keys.
  if (Array.isArray(value) !== (typeof key === 'number')) return [];
  return [{ path: [...path, key], value: (value as Record<string | number, unknown>)[key] }];
}

function children({ path, value }: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.map((item, i) => ({ path: [...path, i], value: item as unknown }));
  return Object.entries(value).map(([key, item]) => ({ path: [...path, key], value: item as unknown }));
}

function descendants(place: Place): Place[] {
  if (place.path.length >= MAX_DEPTH) return [];
  return children(place).flatMap((each) => [each, ...descendants(each)]);
}
