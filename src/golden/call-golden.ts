import { createHash } from 'node:crypto';
import path from 'node:path';

/** Name of the folder beside a test file that holds the goldens of its calls. */
export const GOLDENS_FOLDER = '__goldens__';

const MAX_SLUG = 60;
const MAX_SLUG_BYTES = 180;
const HASH_LENGTH = 8;

/**
 * Where the golden of a call lies: a trace like those that POML writes, so that everything that reads sessions
 * reads it too.
 *
 *     src/greet.test.ts
 *     src/__goldens__/greet.test.ts/0001.greets-a-guest-1f6c2a90.poml
 *     src/__goldens__/greet.test.ts/0001.greets-a-guest-1f6c2a90.context.json
 *     src/__goldens__/greet.test.ts/0001.greets-a-guest-1f6c2a90.result.json
 *     src/__goldens__/greet.test.ts/0001.greets-a-guest-1f6c2a90.result.txt
 *
 * The number counts the goldens of one test, not those of the file, so a test added in between moves no
 * other golden. A name that a file cannot carry as it is gets a hash of the whole name.
 *
 * @param testFile Absolute path of the test file.
 * @param testName Full name of the test, with its suites.
 * @param number Which golden of the test, from 1.
 * @returns Absolute path without suffix.
 */
export function goldenPrefix(testFile: string, testName: string, number: number): string {
  return path.join(goldenFolder(testFile), `${String(number).padStart(4, '0')}.${slug(testName)}`);
}

/** The folder that holds the goldens of a test file. */
export function goldenFolder(testFile: string): string {
  return path.join(path.dirname(testFile), GOLDENS_FOLDER, path.basename(testFile));
}

/**
 * A test's name as part of a file name: lower case letters and digits of any script, joined by dashes, at most 60
 * characters. Whatever gets lost on the way (case, signs, length) is told apart by a hash of the whole name,
 * so two names never share a slug, not on a file system that ignores case either.
 */
export function slug(name: string): string {
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const short = shorten(plain);
  if (short !== '' && short === name && !isReserved(short)) return short;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return short === '' ? hash : `${short}-${hash}`;
}

/** At most 60 characters, and bytes enough left of the 255 of a file name for number, hash and suffix. */
function shorten(text: string): string {
  let short = '';
  let count = 0;
  for (const character of text) {
    if (++count > MAX_SLUG || Buffer.byteLength(short + character) > MAX_SLUG_BYTES) break;
    short += character;
  }
  return short.replace(/-+$/, '');
}

/** Names of devices on Windows, with any ending, and slugs that look like they carried a hash. */
function isReserved(text: string): boolean {
  return /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(text) || /(?:^|-)[0-9a-f]{8}$/.test(text);
}

/**
 * The text of `.context.json` or `.stylesheet.json` for a call, as POML writes it: buffers as `__base64__`.
 *
 * @returns `undefined` for an empty context, for which POML writes no file, and for one that JSON cannot hold.
 */
export function contextJson(context: Record<string, unknown> | undefined): string | undefined {
  if (!context || Object.keys(context).length === 0) return undefined;
  try {
    return JSON.stringify(
      context,
      function (this: Record<string, unknown>, key, value: unknown) {
        // JSON.stringify has called toJSON already; the buffer itself is still in its holder.
        const original = this[key];
        return Buffer.isBuffer(original) ? { __base64__: original.toString('base64') } : value;
      },
      2,
    );
  } catch {
    return undefined;
  }
}
