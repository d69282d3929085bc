import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../error.ts';
import { discard, rename, tempName } from '../write.ts';

/** The files of one call. */
export interface CallFiles {
  /** Of the prompt; empty when it has none. */
  name: string;
  markup: string;
  /** Where `.source.poml` points. */
  source: string;
  /** The other files by suffix, in the order in which they are put there. */
  texts: readonly (readonly [suffix: string, text: string])[];
}

/**
 * Puts the files of a call into a session. Each is written under a temporary name first, so that nobody finds half of it
 * under its own; `.poml` comes first, as with POML, and is never put over another one.
 *
 * @param prefix Folder, number and name.
 * @returns `false` when there is a `.poml` of this prefix already; nothing is left behind then.
 * @throws What the file system says; nothing is left behind.
 */
export function writeCall(dir: string, prefix: string, { markup, source, texts }: CallFiles): boolean {
  const temporary: string[] = [];
  const made: string[] = [];
  const prepare = (text: string): string => {
    const path = join(dir, tempName());
    temporary.push(path);
    writeFileSync(path, text, { flag: 'wx' });
    return path;
  };
  try {
    const prepared = [
      ['.poml', prepare(markup)],
      ...texts.map(([suffix, text]) => [suffix, prepare(text)]),
    ] as const;
    if (!claim(prepared[0]![1]!, `${prefix}.poml`, markup)) return false;
    made.push(`${prefix}.poml`);
    for (const [suffix, path] of prepared.slice(1)) {
      rename(path!, prefix + suffix);
      temporary.splice(temporary.indexOf(path!), 1);
      made.push(prefix + suffix);
      if (suffix === '.env') link(source, `${prefix}.source.poml`, made);
    }
    return true;
  } catch (error) {
    for (const path of made) discard(path);
    throw error;
  } finally {
    for (const path of temporary) discard(path);
  }
}

/** Gives a finished file its name, unless a file has it. */
function claim(temporary: string, path: string, text: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
  }
  // Some file systems have no links; a name too long is told about here.
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function link(source: string, path: string, made: string[]): void {
  try {
    symlinkSync(source, path);
    made.push(path);
  } catch {
    // Windows lets only some users make links; `.env` tells the same, and POML goes on without it too.
  }
}
