import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../error.ts';
import { discard, rename, tempName } from '../write.ts';
import { withLock } from './lock.ts';
import { type Known, type Left, leave, meetingPlace, readLeft } from './meeting-place.ts';
import { digitsOf, type Numbers, numbersOf, usedUp } from './numbers.ts';
import { makeFolder } from './session-folder.ts';
import { type CallFiles, writeCall } from './write-call.ts';

/** How often a number may turn out to be taken, by writers that know nothing of the lock, before that is an error. */
const MAX_TRIES = 100;

/**
 * A session that calls are recorded into.
 *
 * Numbers are those POML gives: the first with which no name begins. POML lists the folder for every number it tries;
 * here it is listed once, and again only when somebody else has changed it, which its time of change tells. Processes
 * that record into one folder take turns by a lock in the temporary folder, and leave each other the numbers there.
 */
export class SessionFolder {
  readonly dir: string;
  #known: Known | undefined;

  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * Writes the files of a call under the next free number.
   *
   * @returns The path of the files without suffix.
   * @throws What the file system says; nothing is left behind then.
   */
  add(files: CallFiles): string {
    return this.#inTurn((known) => {
      let numbers = known ?? this.#list();
      for (let tried = 1; ; tried++) {
        const prefix = join(this.dir, digitsOf(numbers.next) + (files.name && `.${files.name}`));
        if (writeCall(this.dir, prefix, files)) return { value: prefix, numbers: usedUp(numbers) };
        if (tried === MAX_TRIES) throw new Error(`no free number was found for ${files.name}`);
        numbers = this.#list();
      }
    });
  }

  /** Writes a file beside those of a call. An older one is replaced, never half. */
  addArtifact(path: string, contents: string | Uint8Array): void {
    this.#inTurn((known) => {
      const temporary = join(this.dir, tempName());
      try {
        writeFileSync(temporary, contents, { flag: 'wx' });
        rename(temporary, path);
      } catch (error) {
        discard(temporary);
        throw error;
      }
      return { value: path, numbers: known };
    });
  }

  /** Does work while nobody else numbers the folder, and keeps what it says about the numbers afterwards. */
  #inTurn<T>(work: (known: Numbers | undefined) => { value: T; numbers: Numbers | undefined }): T {
    const id = this.#id();
    const place = meetingPlace();
    if (place === undefined) return this.#change(undefined, { shared: false }, work);
    const file = join(place, id);
    return withLock(`${file}.lock`, (locked) =>
      // Without the lock nothing that is known about the numbers can be relied on.
      locked ? this.#change(file, readLeft(file), work) : this.#change(undefined, { shared: true }, work),
    );
  }

  #change<T>(
    file: string | undefined,
    left: Left,
    work: (known: Numbers | undefined) => { value: T; numbers: Numbers | undefined },
  ): T {
    const known = left.shared ? left.known : this.#known;
    const valid = known?.mtimeNs === this.#mtime() ? known : undefined;
    this.#known = undefined;
    const { value, numbers } = work(valid);
    if (numbers) {
      this.#known = { ...numbers, mtimeNs: this.#mtime() };
      // Calls that this process knew nothing of: it is not the only one here.
      const shared = left.shared || (!valid && (numbers.next > 2 || numbers.ahead.length > 0));
      if (file !== undefined && shared) leave(file, this.#known);
    }
    return value;
  }

  #list(): Numbers {
    return numbersOf(readdirSync(this.dir));
  }

  /** What the folder is called among processes, however they spell its path. It is made again when it is gone. */
  #id(): string {
    try {
      const { dev, ino } = statSync(this.dir, { bigint: true });
      return `${dev}-${ino}`;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      makeFolder(this.dir);
      const { dev, ino } = statSync(this.dir, { bigint: true });
      return `${dev}-${ino}`;
    }
  }

  #mtime(): bigint {
    return statSync(this.dir, { bigint: true }).mtimeNs;
  }
}
