import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { FileError, unreadable } from './file-error.ts';

/** The largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The bytes of an ordinary file of bounded size. */
export function readRegularFile(real: string, absolute: string, reference: string): Buffer {
  const refuseUnlessFile = (stats: Stats): void => {
    if (stats.isFile()) {
      if (stats.size > MAX_FILE_BYTES) throw tooBig(reference, absolute);
      return;
    }
    if (stats.isSymbolicLink()) {
      throw new FileError('ENOENT', 'is a link that leads nowhere', reference, absolute);
    }
    const what = stats.isDirectory() ? 'is a folder' : 'is no ordinary file (a pipe, socket or device)';
    throw new FileError('EKIND', `${what}: name a file`, reference, absolute);
  };
  let descriptor: number | undefined;
  try {
    // Looked at before it is opened, because opening a device can already do something; and again afterwards,
    // because it may have been exchanged. A pipe put there in between does not block, a link is not followed.
    refuseUnlessFile(lstatSync(real));
    descriptor = openSync(
      real,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
    const stats = fstatSync(descriptor);
    refuseUnlessFile(stats);
    return readAll(descriptor, stats.size, () => tooBig(reference, absolute));
  } catch (error) {
    throw unreadable(error, reference, absolute);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** To the end, wherever that is: the size of a file that grows, or of a virtual one, says nothing. */
function readAll(descriptor: number, size: number, tooBig: () => FileError): Buffer {
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length > MAX_FILE_BYTES) throw tooBig();
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length * 2, 64 * 1024));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  }
}

function tooBig(reference: string, absolute: string): FileError {
  return new FileError(
    'ETOOBIG',
    `is larger than ${megabytes(MAX_FILE_BYTES)}, the most that is read: give the prompt a smaller file`,
    reference,
    absolute,
  );
}

/** Bytes as whole megabytes, for messages. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
