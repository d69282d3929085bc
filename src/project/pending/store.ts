import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { errorCode } from '../../trace/error.ts';
import { discard, removeStaleTemps, tempName } from '../../trace/write.ts';
import { makeStateFolder, statePath } from '../state-folder.ts';
import { PendingLog } from './log.ts';
import { hashOf, type Pending, parsePending, pendingName } from './pending.ts';

const FOLDER = 'pending';
const LOG_NAME = /^[0-9a-f]{32}\.jsonl$/;

/** Taken before a test can put a clock of its own in its place. */
const { setImmediate: soon } = globalThis;

/** The pending renders of a project: `.vitest-poml/pending/`, a log for each test module. */
export class PendingStore {
  readonly #root: string;
  readonly #folder: string;
  readonly #opened = new Map<string, PendingLog>();

  constructor(root: string) {
    this.#root = root;
    this.#folder = statePath(root, FOLDER);
  }

  /** The pendings of one test module, for the worker that runs it. */
  module(testModule: string): ModulePendings {
    const log = this.#log(`${pendingName(this.#root, testModule)}.jsonl`);
    log.refresh();
    const root = this.#root;
    let isEmpty = log.isEmpty;
    let made = false;
    let scheduled = false;
    // Tests that wait for nothing run one after the other; what they leave is written in one go.
    const flushSoon = () => {
      if (scheduled) return;
      scheduled = true;
      soon(() => {
        scheduled = false;
        try {
          log.flush();
        } catch (error) {
          // A full disk leaves nothing to review; nobody waits here for what is thrown.
          if (errorCode(error) === undefined) throw error;
        }
      });
    };
    return {
      put: (pending, assets) => {
        if (!made) makeStateFolder(root, FOLDER);
        made = true;
        isEmpty = false;
        for (const [name, bytes] of assets) this.#putAsset(name, bytes);
        const content = JSON.stringify(pending);
        log.put(pendingName(root, pending.golden), hashOf(content).slice(0, 16), content);
        flushSoon();
      },
      drop: (golden) => {
        if (isEmpty) return;
        log.drop(pendingName(root, golden));
        flushSoon();
      },
    };
  }

  /** Throws away the pending of a golden, whichever module it is of. */
  drop(golden: string): void {
    const name = pendingName(this.#root, golden);
    for (const log of this.#logs()) {
      log.drop(name);
      log.flush();
    }
  }

  /** All pendings, by golden. What nobody can accept any more goes, what killed runs left, and what no pending names. */
  list(): Pending[] {
    if (!existsSync(this.#folder)) return [];
    removeStaleTemps(this.#folder);
    const found = this.#logs().flatMap((log) => this.#sweep(log));
    this.#dropAssets(new Set(found.flatMap(({ assets }) => assets ?? [])));
    return found.sort((one, other) => (one.golden < other.golden ? -1 : 1));
  }

  /**
   * Throws away what nobody can accept any more of test modules that are not run: their goldens, or they themselves, may be gone.
   *
   * @param modules Absolute paths of the test modules that have just run.
   */
  clean(modules: readonly string[]): void {
    const ran = new Set(modules.map((module) => `${pendingName(this.#root, module)}.jsonl`));
    for (const log of this.#logs()) if (!ran.has(path.basename(log.file))) this.#sweep(log);
  }

  /** What of a log can be accepted; the rest goes: the golden, or the test it belongs to, is gone, or it cannot be read. */
  #sweep(log: PendingLog): Pending[] {
    const found: Pending[] = [];
    for (const [name, content] of log.contents()) {
      const pending = parsePending(content, name, this.#root);
      if (pending && !isOrphan(pending)) found.push(pending);
      else log.drop(name);
    }
    log.flush();
    return found;
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
    for (const log of this.#opened.values()) log.refresh();
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    return names.filter((name) => LOG_NAME.test(name)).map((name) => this.#log(name));
  }

  /** The same one for the same file: its index is read once for thousands of goldens. */
  #log(name: string): PendingLog {
    const log = this.#opened.get(name) ?? new PendingLog(path.join(this.#folder, name));
    this.#opened.set(name, log);
    return log;
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
