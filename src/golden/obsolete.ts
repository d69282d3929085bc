/** A golden on disk that no test asked for. */
export interface ObsoleteGolden {
  /** Name of its files without suffix, e.g. `0001.greets-a-guest-1f6c2a90`. */
  id: string;
  /** The names of its files. */
  files: string[];
}

const SUFFIXES = ['.result.json', '.result.txt', '.context.json', '.stylesheet.json', '.poml'];

/**
 * Which goldens of a folder no test asked for.
 *
 * Only files that the capture of a call writes count as goldens; anything else in the folder is left alone.
 * Meaningful only when the test file ran in full: with a name filter, a skipped or a broken test, what did not run is
 * not obsolete.
 *
 * @param names The names in the golden folder of one test file.
 * @param used Ids (or paths without suffix) of the goldens that tests asked for.
 */
export function findObsolete(names: readonly string[], used: Iterable<string>): ObsoleteGolden[] {
  const wanted = new Set(
    Array.from(used, (prefix) =>
      prefix.slice(Math.max(prefix.lastIndexOf('/'), prefix.lastIndexOf('\\')) + 1),
    ),
  );
  const found = new Map<string, string[]>();
  for (const name of names) {
    const suffix = /^\d{4,}\./.test(name) ? SUFFIXES.find((ending) => name.endsWith(ending)) : undefined;
    if (suffix === undefined) continue;
    const id = name.slice(0, -suffix.length);
    if (!wanted.has(id)) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return Array.from(found, ([id, files]) => ({ id, files: files.sort() })).sort((one, other) =>
    one.id < other.id ? -1 : 1,
  );
}
