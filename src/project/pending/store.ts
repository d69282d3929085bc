import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { discard, removeStaleTemps, tempName } from '../../trace/write.ts';
import { makeStateFolder, statePath } from '../state-folder.ts';
import { PendingLog } from './log.ts';
import { hashOf, type Pending, parsePending, pendingName } from './pending.ts';

const FOLDER = 'pending';
const LOG_NAME = /^[0-9a-f]{32}\.jsonl$/;

/** The pending renders of a project: `.vitest-poml/pending/`, a log for each test module. */
export class PendingStore {
  readonly #root: string;
  readonly #folder: string;

  constructor(root: string) {
    this.#root = root;
    this.#folder = statePath(root, FOLDER);
  }

  /** The pendings of one test module, for the worker that runs it. */
  module(testModule: string): ModulePendings {
    const log = new PendingLog(path.join(this.#folder, `${pendingName(this.#root, testModule)}.jsonl`));
    const root = this.#root;
    let made = false;
    return {
      put: (pending, assets) => {
        if (!made) makeStateFolder(root, FOLDER);
        made = true;
        for (const [name, bytes] of assets) this.#putAsset(name, bytes);
        const content = JSON.stringify(pending);
        log.put(pendingName(root, pending.golden), hashOf(content).slice(0, 16), content);
      },
      drop: (golden) => void log.drop(pendingName(root, golden)),
    };
  }

  /** Throws away the pending of a golden, whichever module it is of. */
  drop(golden: string): void {
    const name = pendingName(this.#root, golden);
    for (const log of this.#logs()) log.drop(name);
  }

  /** All pendings, by golden. What killed runs left goes, and what no pending names. */
  list(): Pending[] {
    if (!existsSync(this.#folder)) return [];
    removeStaleTemps(this.#folder);
    const found: Pending[] = [];
    for (const log of this.#logs()) {
      for (const [name, content] of log.contents()) {
        const pending = parsePending(content, name, this.#root);
        if (pending) found.push(pending);
        else log.drop(name);
      }
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
    if (this.#logs().every((log) => log.names().every((name) => names.has(name)))) return;
    for (const pending of this.list())
      if (!known.has(pending.golden) && isOrphan(pending)) this.drop(pending.golden);
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
  #putAsset(name: string, bytes: Uint8Array): void {
    const file = this.#asset(name);
    if (existsSync(file)) return;
    mkdirSync(path.dirname(file), { recursive: true });
    const temp = path.join(this.#folder, tempName());
    writeFileSync(temp, bytes);
    renameSync(temp, file);
  }

  #dropAssets(wanted: ReadonlySet<string>): void {
    const folder = path.join(this.#folder, ASSETS_FOLDER);
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      if (!wanted.has(name)) discard(path.join(folder, name));
  }

  #logs(): PendingLog[] {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    return names
      .filter((name) => LOG_NAME.test(name))
      .map((name) => new PendingLog(path.join(this.#folder, name)));
  }
}

/** What the worker of a test module does with its pendings. */
export interface ModulePendings {
  /**
   * Keeps a pending, in place of an earlier one of the same golden.
   *
   * @param assets The files that it names in `assets`.
   */
  put(pending: Pending, assets: ReadonlyMap<string, Uint8Array>): void;
  /** Throws away the pending of a golden, if there is one. */
  drop(golden: string): void;
}

/** A new golden of a call belongs to its test file; anything else replaces files that were there. */
function isOrphan({ golden, testFile, files }: Pending): boolean {
  if (testFile !== undefined && !existsSync(testFile)) return true;
  const replaced = files.filter(({ before }) => before !== undefined);
  if (replaced.length > 0) return !replaced.some(({ suffix }) => existsSync(golden + suffix));
  return testFile === undefined && !existsSync(path.dirname(golden));
}
