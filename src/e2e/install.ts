import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { packedPackage, REPOSITORY } from './package.ts';

/** Folder of `node_modules` that Vitest and TypeScript are taken from; `npm run matrix` names those of other versions. */
export const NODE_MODULES = process.env.E2E_NODE_MODULES ?? path.join(REPOSITORY, 'node_modules');

/** Version of that Vitest, e.g. `4.1.12`. */
export const VITEST_VERSION = (
  JSON.parse(readFileSync(path.join(NODE_MODULES, 'vitest/package.json'), 'utf8')) as { version: string }
).version;

/**
 * Installs the packed package into a project: as a real folder; everything it may use as links, so that nothing comes from
 * the network.
 *
 * @param dir Absolute folder of the project.
 */
export function installPackage(dir: string): void {
  const target = path.join(dir, 'node_modules');
  mkdirSync(path.join(target, '@types'), { recursive: true });
  cpSync(packedPackage(), path.join(target, 'vitest-poml'), { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8')) as Manifest;
  const own = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  for (const name of new Set([...own, 'vitest', '@vitest/coverage-v8', 'typescript', '@types/node'])) {
    const from = [NODE_MODULES, path.join(REPOSITORY, 'node_modules')]
      .map((folder) => path.join(folder, name))
      .find((folder) => existsSync(folder));
    if (from === undefined) continue;
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    symlinkSync(from, path.join(target, name), 'junction');
  }
}

interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
