import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { discard, removeStaleTemps, tempName } from '../../trace/write.ts';
import { makeStateFolder, statePath } from '../state-folder.ts';
import { type Pending, parsePending, pendingName } from './pending.ts';

const FOLDER = 'pending';

/** The pending renders of a project: `.vitest-poml/pending/`. */
export class PendingStore {
  readonly #root: string;
  readonly #folder: string;
  /** The names on disk, as far as this process knows; `undefined` before the first look. */
  #names: Set<string> | undefined;
  #made = false;

  constructor(root: string) {
    this.#root = root;
    this.#folder = statePath(root, FOLDER);
  }

  /**
   * Keeps a pending, in place of an earlier one of the same golden. A reader sees the old one or the new, never half.
   *
   * @param assets The files that it names in `assets`.
   */
  put(pending: Pending, assets: ReadonlyMap<string, Uint8Array>): void {
    if (!this.#made) makeStateFolder(this.#root, FOLDER);
    this.#made = true;
    for (const [name, bytes] of assets) {
      const file = this.#asset(name);
      if (existsSync(file)) continue;
      mkdirSync(path.dirname(file), { recursive: true });
      this.#write(file, bytes);
    }
    const name = pendingName(this.#root, pending.golden);
    this.#write(path.join(this.#folder, name), JSON.stringify(pending));
    this.#known().add(name);
  }

  /** The bytes of a file that a pending names in `assets`; `undefined` when it is gone. */
  asset(name: string): Uint8Array | undefined {
    const file = this.#asset(name);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  #asset(name: string): string {
    return path.join(this.#folder, ASSETS_FOLDER, name);
  }

  /** Not flushed to the disk: the next run makes it again. */
  #write(file: string, content: string | Uint8Array): void {
    const temp = path.join(this.#folder, tempName());
    writeFileSync(temp, content);
    renameSync(temp, file);
  }

  /** Throws away the pending of a golden, if there is one. */
  drop(golden: string): void {
    const names = this.#known();
    if (names.size === 0) return;
    const name = pendingName(this.#root, golden);
    if (!names.delete(name)) return;
    discard(path.join(this.#folder, name));
  }

  /** All pendings, by golden. Files that are none of this version are thrown away, with what killed runs left. */
  list(): Pending[] {
    if (!existsSync(this.#folder)) return [];
    removeStaleTemps(this.#folder);
    this.#names = undefined;
    const found: Pending[] = [];
    for (const name of this.#known()) {
      const file = path.join(this.#folder, name);
      const pending = parsePending(readFileSync(file, 'utf8'), name, this.#root);
      if (pending) found.push(pending);
      else discard(file);
    }
    this.#dropAssets(new Set(found.flatMap(({ assets }) => assets ?? [])));
    return found.sort((one, other) => (one.golden < other.golden ? -1 : 1));
  }

  /**
   * Throws away what nobody can accept any more: the golden, or the test it belongs to, is gone.
   *
   * @param known Goldens that are known to be there, absolute paths without suffix: they are not looked at.
   */
  clean(known: ReadonlySet<string>): void {
    const names = new Set(Array.from(known, (golden) => pendingName(this.#root, golden)));
    if ([...this.#known()].every((name) => names.has(name))) return;
    for (const pending of this.list()) {
      if (!known.has(pending.golden) && isOrphan(pending)) this.drop(pending.golden);
    }
  }

  #dropAssets(wanted: ReadonlySet<string>): void {
    const folder = path.join(this.#folder, ASSETS_FOLDER);
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      if (!wanted.has(name)) discard(path.join(folder, name));
  }

  #known(): Set<string> {
    if (this.#names) return this.#names;
    const all = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    this.#names = new Set(all.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)));
    return this.#names;
  }
}

/** A new golden of a call belongs to its test file; anything else replaces files that were there. */
function isOrphan({ golden, testFile, files }: Pending): boolean {
  if (testFile !== undefined && !existsSync(testFile)) return true;
  const replaced = files.filter(({ before }) => before !== undefined);
  if (replaced.length > 0) return !replaced.some(({ suffix }) => existsSync(golden + suffix));
  return testFile === undefined && !existsSync(path.dirname(golden));
}
