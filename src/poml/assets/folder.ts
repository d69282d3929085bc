import path from 'node:path';
import type { FolderEntry } from './bundle.ts';
import type { Files } from './fs.ts';

/** How many entries of folders are looked at, filtered or not. */
export const MAX_FOLDER_ENTRIES = 100_000;

/** One file or folder of a tree. */
export interface TreeItem {
  name: string;
  /** The content of a file. */
  value?: string | undefined;
  children?: TreeItem[] | undefined;
}

export interface FolderOptions {
  /** Levels below and including the folder itself; a folder at the limit is shown without its entries. */
  maxDepth: number;
  /** Read the files. */
  showContent: boolean;
  /** Tested on file names, in order of the walk; a pattern with the g flag keeps its state from file to file. */
  filter?: Pick<RegExp, 'test'> | undefined;
}

// POML compares in the locale of the process; nearly all of them agree with English.
const { compare } = new Intl.Collator('en');

function inOrder(a: FolderEntry, b: FolderEntry): number {
  return Number(b.isDirectory()) - Number(a.isDirectory()) || compare(a.name, b.name);
}

/**
 * The tree of a folder, as a list with the folder as its only item. Folders come first, links count as files. With
 * a filter, folders without a match are left out, and when nothing matches the folder's name remains. A `src` that
 * is a file gives its name.
 * @throws FileError when the folder cannot be read; Error when it has too many entries
 */
export function readFolder(files: Files, src: string, options: FolderOptions): TreeItem[] {
  const root = files.relativeTo(undefined, src);
  const { maxDepth, showContent, filter } = options;
  const walk = { entries: 0 };

  /** `undefined` for a folder that the filter leaves nothing of. */
  const read = (folder: string, depth: number): TreeItem | undefined => {
    const name = path.basename(folder);
    if (depth >= maxDepth) return { name };
    const children: TreeItem[] = [];
    const entries = files.list(folder, src).sort(inOrder);
    walk.entries += entries.length;
    if (walk.entries > MAX_FOLDER_ENTRIES) {
      throw new Error(
        `${JSON.stringify(src)} has more than ${MAX_FOLDER_ENTRIES} entries: lower maxDepth or name a smaller folder`,
      );
    }
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        const child = read(file, depth + 1);
        if (child && (child.children || !filter)) children.push(child);
      } else if (!filter || filter.test(entry.name)) {
        const value = showContent
          ? files.readText(file, 'folder', path.join(src, path.relative(root, file)))
          : undefined;
        children.push(value === undefined ? { name: entry.name } : { name: entry.name, value });
      }
    }
    if (filter && children.length === 0) return undefined;
    return children.length > 0 ? { name, children } : { name };
  };

  const name = path.basename(root);
  if (maxDepth <= 0) {
    files.resolve(src);
    return [{ name }];
  }
  const isFolder = files.kindOf(src) === 'folder';
  return [{ name, children: (isFolder && read(root, 0)?.children) || [] }];
}
