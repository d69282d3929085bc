import { appendFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Bundle } from '../types.ts';

/**
 * Lays the files of a bundle out in a folder as the prompt names them, for an engine that knows paths only.
 *
 * @param folder Absolute.
 * @param source Absolute path that the prompt pretends to be at.
 * @returns The path in `folder` that the prompt is to pretend to be at instead.
 */
export async function layOutBundle(bundle: Bundle, folder: string, source: string): Promise<string> {
  const folders = Object.entries(bundle.folders ?? {});
  const base = commonFolder([
    path.dirname(source),
    ...Object.keys(bundle.files).map((file) => path.dirname(file)),
    ...folders.map(([file]) => file),
  ]);
  const at = (file: string) => path.join(folder, path.relative(base, file));
  for (const [file, asset] of Object.entries(bundle.files)) {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await cp(asset, at(file));
  }
  for (const [file, entries] of folders) {
    await mkdir(at(file), { recursive: true });
    for (const name of entries) {
      const entry = path.join(at(file), name);
      // A file that was listed only, and never read, has no copy; appending nothing leaves those that have one.
      if (name.endsWith('/')) await mkdir(entry, { recursive: true });
      else await appendFile(entry, '');
    }
  }
  await mkdir(path.dirname(at(source)), { recursive: true });
  return at(source);
}

function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    while (path.relative(common, folder).split(path.sep)[0] === '..') common = path.dirname(common);
    return common;
  });
}
