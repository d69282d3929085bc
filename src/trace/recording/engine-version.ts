import { readFileSync } from 'node:fs';
import { POML_VERSION } from '../../poml/template/version.ts';

let version: string | undefined;

/**
 * What recorded calls name as the engine: the version of POML whose results these are and, as build metadata, what
 * rendered them.
 *
 * @example engineVersion() // '0.0.9+vitest-poml.0.1.0'
 */
export function engineVersion(): string {
  const own = packageVersion();
  return `${POML_VERSION}+vitest-poml${own && `.${own}`}`;
}

/** The version of this package; empty in a program that was bundled into one file, which has no package.json of ours. */
export function packageVersion(): string {
  version ??= readVersion();
  return version;
}

function readVersion(): string {
  try {
    // Three folders up, from the sources as well as from the build.
    const file = new URL('../../../package.json', import.meta.url);
    const { name, version: own } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return name === 'vitest-poml' && typeof own === 'string' ? own : '';
  } catch {
    return '';
  }
}
