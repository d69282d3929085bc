import {
  closeSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errorCode } from '../error.ts';
import { HOST, isAbandoned } from '../owner.ts';
import { tempName } from '../write.ts';

/** How long a lock is waited for. Who holds it only writes a few files. */
const WAIT_MS = 2000;
const CHECK_MS = 50;
/** A holder on another machine cannot be asked whether it still runs; none needs as long as this. */
const ABANDONED_MS = 30_000;

/**
 * Runs work while no other process, or thread, holds the lock of this name. Waits without giving the event loop a
 * turn: a holder needs well under a millisecond.
 *
 * @param file The lock's file; its folder exists.
 * @param work Told whether the lock was got: after two seconds, or where no lock can be made, the work is done without.
 */
export function withLock<T>(file: string, work: (locked: boolean) => T): T {
  const locked = lock(file);
  try {
    return work(locked);
  } finally {
    if (locked) remove(file);
  }
}

function lock(file: string): boolean {
  const start = performance.now();
  let checked = start;
  for (let pause = 0.2; ; pause = Math.min(pause * 2, 5)) {
    const taken = take(file);
    if (taken !== 'busy') return taken === 'taken';
    const now = performance.now();
    if (now - start > WAIT_MS) return false;
    if (now - checked > CHECK_MS) {
      checked = now;
      if (isLeftBehind(file)) release(file);
    }
    sleep(pause * (0.5 + Math.random()));
  }
}

function take(file: string): 'taken' | 'busy' | 'impossible' {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'busy';
    // On Windows a file that is just being removed refuses like this.
    return process.platform === 'win32' && errorCode(error) === 'EPERM' ? 'busy' : 'impossible';
  }
  try {
    writeSync(descriptor, holder());
  } catch {
    // A lock without a holder is a lock too.
  } finally {
    closeSync(descriptor);
  }
  return 'taken';
}

/** Who holds a lock: machine and process. */
function holder(): string {
  return `${HOST} ${process.pid}`;
}

function isLeftBehind(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return false;
  if (Date.now() - stats.mtimeMs > ABANDONED_MS) return true;
  const [host = '', pid] = read(file).split(' ');
  return isAbandoned(host, Number(pid), stats.mtimeMs);
}

/** Takes an abandoned lock away. Of several that try, or of one that was too slow, none removes a lock that is held. */
function release(file: string): void {
  const abandoned = lstatSync(file, { throwIfNoEntry: false });
  const aside = `${file}.${tempName()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lstatSync(aside, { throwIfNoEntry: false })?.ino !== abandoned?.ino) putBack(aside, file);
  remove(aside);
}

function putBack(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch {
    // Somebody else has the lock by now; who lost it works on without, as after waiting in vain.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was taken for abandoned, or the temporary folder was emptied.
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
