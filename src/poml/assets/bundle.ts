import path from 'node:path';
import type { Bundle } from '../types.ts';

/** One entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  isDirectory(): boolean;
}

/** What a bundle has for absolute paths. */
export interface BundledFiles {
  /** The file to read in place of a path. */
  file(absolute: string): string | undefined;
  /** The entries of a folder. */
  entries(absolute: string): FolderEntry[] | undefined;
}

/** Looks up what a bundle has. */
export function bundledFiles(bundle: Bundle): BundledFiles {
  const files = byPath(bundle.files);
  const folders = byPath(bundle.folders ?? {});
  return {
    file: (absolute) => files.get(absolute),
    entries: (absolute) => folders.get(absolute)?.map(entryOf),
  };
}

function byPath<T>(values: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(values).map(([file, value]) => [path.resolve(file), value]));
}

function entryOf(name: string): FolderEntry {
  const isFolder = name.endsWith('/');
  return { name: isFolder ? name.slice(0, -1) : name, isDirectory: () => isFolder };
}
