import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { GoldenFiles } from '../../golden/tools.ts';
import { type GoldenFile, writeGolden } from '../../golden/update.ts';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { acceptedText, type Pending } from './pending.ts';
import type { PendingStore } from './store.ts';

/** How accepting a pending ended: with the files written, or why not. */
export type AcceptResult = { written: string[] } | { refused: string };

/**
 * Writes a pending as the golden, the same bytes in the same order as an update does. Refused when the golden is not the
 * one that the render was held against any more, or lies outside of the folders; then the pending stays.
 *
 * @param folders Absolute folders that goldens may lie in.
 */
export function acceptPending(
  pending: Pending,
  store: PendingStore,
  files: GoldenFiles,
  folders: readonly string[],
): AcceptResult {
  const { golden } = pending;
  if (!isBelow(golden, folders)) return { refused: `it lies outside of the project: ${golden}` };
  const wanted: GoldenFile[] = [];
  for (const file of pending.files) {
    const place = golden + file.suffix;
    const text = acceptedText(file, files.read(place));
    if (text === undefined)
      return { refused: `${path.basename(place)} has changed since the run; run the tests again` };
    wanted.push({ path: place, text });
  }
  for (const name of pending.assets ?? []) {
    const bytes = store.asset(name);
    if (!bytes) return { refused: 'a file that it brings along is gone; run the tests again' };
    wanted.push({ path: path.join(path.dirname(golden), ASSETS_FOLDER, name), text: bytes });
  }
  const written = writeGolden(wanted, files);
  store.drop(golden);
  return { written };
}

/** Whether a golden really lies below one of the folders, links resolved. Its own folder may not be there yet. */
function isBelow(golden: string, folders: readonly string[]): boolean {
  let folder = path.dirname(golden);
  for (;;) {
    const real = realPath(folder);
    if (real !== undefined)
      return folders.some((allowed) => {
        const home = realPath(allowed);
        return (
          home !== undefined &&
          (real === home || real.startsWith(home.endsWith(path.sep) ? home : home + path.sep))
        );
      });
    if (path.dirname(folder) === folder) return false;
    folder = path.dirname(folder);
  }
}

function realPath(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
