import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { absolutePath } from '../roots.ts';
import { isMissing } from './file-error.ts';

/** Whether a real path is one of the real roots, or in one. */
export function isInside(roots: readonly string[], real: string): boolean {
  return roots.some((root) => {
    if (real.startsWith(root) && (real.length === root.length || real[root.length] === path.sep)) return true;
    const relative = path.relative(root, real);
    return (
      relative === '' ||
      (!path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`))
    );
  });
}

/** The real path; of what does not exist, the real path of the nearest folder that does, and the rest. */
export function realPath(absolute: string): string {
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    const parent = path.dirname(absolute);
    if (!isMissing(error) || parent === absolute) throw error;
    return path.join(realPath(parent), path.basename(absolute));
  }
}

const rootPaths = new Map<string, string>();

/** The real path of a root. Roots are the project's own folders, and looked up once. */
export function realRoot(root: string): string {
  const absolute = absolutePath(root);
  let real = rootPaths.get(absolute);
  if (real === undefined) {
    real = realPath(absolute);
    // A root that is not there yet may still become a link.
    if (existsSync(absolute)) rootPaths.set(absolute, real);
  }
  return real;
}
