import { isUtf8 } from 'node:buffer';
import { closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { errorCode, TraceError } from './error.ts';

/** The largest file of a session that is read: 64 MB. Recorded prompts stay far below, pictures included. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

// Windows has neither flag; there the plain open is used.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const shared = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The text of one file of a session. Synchronous, because that is several times faster than promises for
 * thousands of small files. A byte order mark stays in the text.
 *
 * @throws TraceError when it is missing, no regular file, unreadable, too large, not UTF-8, or a link that
 * leads out of the session
 */
export function readTraceText(file: string, sessionDir: string): string {
  const bytes = readBytes(file, sessionDir);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const offset = invalidUtf8Offset(bytes);
  const before = bytes.subarray(0, offset).toString('utf8');
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1) + 1;
  throw new TraceError(
    `is not valid UTF-8 at line ${line}, column ${column} (byte ${offset}: 0x${bytes[offset]?.toString(16).padStart(2, '0') ?? ''})`,
    {
      file,
      sessionDir,
      hint: 'POML writes UTF-8 only. Copy the file from the recording again, or convert it to UTF-8.',
    },
  );
}

/**
 * The bytes of one file of a session, such as an artifact, the caller's to keep.
 *
 * @throws TraceError as `readTraceText`, but for what is not UTF-8
 */
export function readTraceBytes(file: string, sessionDir: string): Buffer {
  return Buffer.from(readBytes(file, sessionDir));
}

/** The bytes of a file; valid until the next call, since small files share one buffer. */
function readBytes(file: string, sessionDir: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = open(file, sessionDir);
    let buffer: Buffer = shared;
    let length = 0;
    for (;;) {
      const room = buffer.length - length;
      const read = readSync(descriptor, buffer, length, room, null);
      length += read;
      // Of an ordinary file less than was asked for is all there is: asking again would take as long as the reading.
      if (read < room) return buffer.subarray(0, length);
      if (length > MAX_FILE_BYTES) throw tooLarge(file, sessionDir);
      if (length === buffer.length) buffer = grown(buffer, length);
    }
  } catch (error) {
    throw error instanceof TraceError ? error : unreadable(error, file, sessionDir);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function grown(buffer: Buffer, length: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(length * 4, MAX_FILE_BYTES + 1));
  buffer.copy(larger, 0, 0, length);
  return larger;
}

function open(file: string, sessionDir: string): number {
  try {
    return openSync(file, FLAGS);
  } catch (error) {
    if (errorCode(error) !== 'ELOOP') throw error;
    const target = realpathSync(file);
    const home = realpathSync(sessionDir || dirname(file));
    if (target.startsWith(home + sep)) return openSync(target, FLAGS);
    throw new TraceError('is a symbolic link that leads out of its session', {
      file,
      sessionDir,
      hint: 'Put the file itself there: links in a recording are not followed.',
    });
  }
}

function tooLarge(file: string, sessionDir: string): TraceError {
  return new TraceError(`is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`, {
    file,
    sessionDir,
    hint: 'No recorded prompt needs that much. Take this trace out of the session.',
  });
}

function unreadable(cause: unknown, file: string, sessionDir: string): TraceError {
  const details = { file, sessionDir, cause };
  switch (errorCode(cause)) {
    case 'ENOENT':
      return new TraceError('is missing', {
        ...details,
        hint: 'Copy it from the recording again, or remove the whole trace.',
      });
    case 'EACCES':
    case 'EPERM':
      return new TraceError('may not be read', {
        ...details,
        hint: 'Give this user the right to read it, e.g. chmod u+r.',
      });
    case 'EISDIR':
      return new TraceError('is a folder, not a file', { ...details, hint: 'Remove or rename the folder.' });
    default:
      return new TraceError(
        `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
        details,
      );
  }
}

/** Offset of the first byte that is not UTF-8: where decoding and encoding again gives other bytes. */
function invalidUtf8Offset(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'));
  const end = Math.min(bytes.length, again.length);
  let offset = 0;
  while (offset < end && bytes[offset] === again[offset]) offset++;
  // The replacement character starts with 0xEF, which the bad bytes may start with too.
  while (offset > 0 && !isUtf8(bytes.subarray(0, offset))) offset--;
  return offset;
}
