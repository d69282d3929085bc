import type { Vitest } from 'vitest/node';

/** Whether only some of the tests were asked for: by name, by file, or by what has changed. */
export function areTestsChosen(vitest: Vitest): boolean {
  const { testNamePattern, changed, related } = vitest.config;
  // Not among Vitest's types, but there in 3.2, 4 and 5.
  const { filenamePattern } = vitest as unknown as { filenamePattern?: readonly string[] };
  return Boolean(testNamePattern || changed || related || filenamePattern);
}
