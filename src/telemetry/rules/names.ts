/**
 * Names of attributes that survive AgentOps' way back: it splits them at the dots and builds a tree, in which
 *
 * - a name that goes on below another one (`poml` and `poml.context`) loses one of the two,
 * - digits are the index of a list, which must start at 0, have no gaps, and come in this order.
 *
 * @returns For each name given, in a fit order, the name to send it under.
 */
export function safeNames(names: readonly string[]): { name: string; safe: string }[] {
  const whole = names.map((name) => ({ name, segments: name.split('.').map((part) => part || '_') }));
  const lists = listsOf(whole.map(({ segments }) => segments));
  const spelled = whole.map(({ name, segments }) => ({ name, ...spell(segments, lists) }));
  const prefixes = new Set(spelled.flatMap(({ safe }) => prefixesOf(safe.split('.'))));
  const taken = new Set(spelled.map(({ safe }) => safe));
  for (const entry of spelled) {
    if (!prefixes.has(entry.safe)) continue;
    do entry.safe += '_value';
    while (taken.has(entry.safe) || prefixes.has(entry.safe));
    taken.add(entry.safe);
  }
  // Lists by their index; all else stays where it is, since sorting is stable.
  return spelled.sort((one, other) => compareIndexes(one, other)).map(({ name, safe }) => ({ name, safe }));
}

const DIGITS = /^\d+$/;

/** The prefixes below which only the indexes 0, 1, 2 … stand. */
function listsOf(all: readonly (readonly string[])[]): Set<string> {
  const children = new Map<string, Set<string>>();
  for (const segments of all) {
    segments.forEach((segment, i) => {
      const prefix = segments.slice(0, i).join('.');
      const found = children.get(prefix);
      if (found) found.add(segment);
      else children.set(prefix, new Set([segment]));
    });
  }
  const isList = (found: Set<string>) =>
    Array.from(found.keys(), (_, i) => String(i)).every((i) => found.has(i));
  return new Set(
    [...children].filter(([prefix, found]) => prefix !== '' && isList(found)).map(([prefix]) => prefix),
  );
}

interface Spelled {
  safe: string;
  /** The list it is in and its indexes, if it is in one. */
  list?: string;
  indexes: number[];
}

/** Digits that are no index of a list get a line in front, which makes them a name like others. */
function spell(segments: readonly string[], lists: ReadonlySet<string>): Spelled {
  const indexes: number[] = [];
  let list: string | undefined;
  const safe = segments.map((segment, i) => {
    if (!DIGITS.test(segment)) return segment;
    const prefix = segments.slice(0, i).join('.');
    if (!lists.has(prefix)) return `_${segment}`;
    list ??= prefix;
    indexes.push(Number(segment));
    return segment;
  });
  return { safe: safe.join('.'), ...(list !== undefined && { list }), indexes };
}

function compareIndexes(one: Spelled, other: Spelled): number {
  if (one.list === undefined || other.list === undefined) return 0;
  for (const [i, index] of one.indexes.entries()) {
    const difference = index - (other.indexes[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.indexes.length - other.indexes.length;
}

function prefixesOf(segments: readonly string[]): string[] {
  return segments.slice(1).map((_, i) => segments.slice(0, i + 1).join('.'));
}
