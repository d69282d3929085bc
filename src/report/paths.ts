import path from 'node:path';
import { escapeLine } from './escape.ts';

/** A path relative to the root, with `/`, when it lies below it; else as it is. Not escaped. */
export function relativePath(file: string, root: string): string {
  const relative = path.relative(root, file);
  const outside = relative.startsWith('..') || path.isAbsolute(relative) || relative === '';
  return outside ? file : relative.replaceAll('\\', '/');
}

/** A path for people, safe to print: relative to the root when it lies below it. */
export function shownPath(file: string, root?: string): string {
  return escapeLine(root === undefined ? file : relativePath(file, root));
}
