import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { errorCode } from './error.ts';

/** This machine, as 8 hex digits of a hash: process ids of another one (a shared disk, a container) mean nothing here. */
export const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Whether nobody works on a file any more that carries its owner in its name: the process is gone, or the file has not
 * been touched for an hour.
 *
 * @param mtimeMs When it was touched last, milliseconds since 1970.
 */
export function isAbandoned(host: string, pid: number, mtimeMs: number): boolean {
  if (Date.now() - mtimeMs > ABANDONED_MS) return true;
  return host === HOST && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
