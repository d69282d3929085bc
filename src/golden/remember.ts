/** So many results are remembered, of texts of so many characters. */
const MOST = 64;
const MAX_CHARACTERS = 50_000;

/**
 * A pure function of two texts that remembers its last results: one edit changes the same message of thousands of calls in
 * the same way.
 *
 * @param find Its result is shared, and not to be changed.
 * @example const classOf = rememberPairs(classOfTexts)
 */
export function rememberPairs<T>(
  find: (before: string, after: string) => T,
): (before: string, after: string) => T {
  const known = new Map<string, { after: string; value: T }>();
  return (before, after) => {
    if (before.length + after.length > MAX_CHARACTERS) return find(before, after);
    const found = known.get(before);
    if (found?.after === after) return found.value;
    const value = find(before, after);
    if (known.size >= MOST) known.clear();
    known.set(before, { after, value });
    return value;
  };
}
