import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Name of the file in a project's root that lists what detectors find and what is harmless. */
export const ALLOW_FILE = '.vitest-poml-allow';

/** A line of the allow file cannot be used; the message names it. */
export class AllowListError extends Error {
  override readonly name = 'AllowListError';
}

/**
 * Reads the allow file of a project: one value a line, as it was found, or `/expression/` for values that match as a
 * whole; `#` begins a comment.
 *
 * @throws AllowListError for an expression that is none
 */
export function readAllowList(root: string): (value: string) => boolean {
  const file = path.join(root, ALLOW_FILE);
  if (!existsSync(file)) return () => false;
  const values = new Set<string>();
  const patterns: RegExp[] = [];
  for (const [i, raw] of readFileSync(file, 'utf8').split('\n').entries()) {
    const line = raw.trim();
    const [, source] = /^\/(.+)\/$/.exec(line) ?? [];
    if (source !== undefined) patterns.push(compiled(source, `${file}:${i + 1}`));
    else if (line !== '' && !line.startsWith('#')) values.add(line);
  }
  return (value) => values.has(value) || patterns.some((pattern) => pattern.test(value));
}

function compiled(source: string, place: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (error) {
    throw new AllowListError(`${place}: /${source}/ is no regular expression: ${(error as Error).message}`);
  }
}
