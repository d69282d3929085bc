import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineError } from './error.ts';

const NAME = 'pomljs';

/** The package that a `'pomljs'` renderer loads. */
export interface FoundPackage {
  /** Absolute path of the file to load. */
  entry: string;
  version: string | undefined;
}

/**
 * Finds the package, without running any of it.
 *
 * @param root absolute folder to look up from, as Node does for a file in it
 * @param explicit the package's folder, or the file to load, relative to `root`
 * @throws EngineError that names the package and the command to install it
 */
export function resolvePackage(root: string, explicit: string | undefined): FoundPackage {
  const place = explicit === undefined ? lookUp(root) : path.resolve(root, explicit);
  if (place === undefined) {
    throw new EngineError(
      `The renderer "${NAME}" needs the package ${NAME}, which is not installed in ${root}. ` +
        `Install it (npm install --save-dev ${NAME}), name its folder, or use the built-in renderer.`,
    );
  }
  if (!existsSync(place)) {
    throw new EngineError(
      `There is no package ${NAME} at ${place}. Name the package's folder or the file to load.`,
    );
  }
  if (!statSync(place).isDirectory()) return { entry: place, version: versionAbove(path.dirname(place)) };
  try {
    return {
      entry: createRequire(path.join(place, 'x.js')).resolve(place),
      version: manifest(place)?.version,
    };
  } catch (cause) {
    throw new EngineError(
      `The package at ${place} has no main file to load. Is it built, and is it ${NAME}?`,
      {
        cause,
      },
    );
  }
}

function lookUp(root: string): string | undefined {
  const require = createRequire(path.join(root, 'package.json'));
  try {
    return path.dirname(require.resolve(`${NAME}/package.json`));
  } catch {
    // Not installed, or a build of the package that does not export its package.json.
    const folders = (require.resolve.paths(NAME) ?? []).map((folder) => path.join(folder, NAME));
    return folders.find((folder) => existsSync(path.join(folder, 'package.json')));
  }
}

function manifest(folder: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      name?: string;
      version?: string;
    };
  } catch {
    return undefined;
  }
}

/** The version in the nearest package.json, if that is the package's and not that of a project around the file. */
function versionAbove(folder: string): string | undefined {
  const found = manifest(folder);
  if (found) return found.name === NAME ? found.version : undefined;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : versionAbove(parent);
}
