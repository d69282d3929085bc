import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EarlierFile } from '../golden/tools.ts';
import { gitEnvironment } from './git-environment.ts';
import { makeScratchFolder } from './state-folder.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 5000;

/**
 * Gets copies of files as they were committed last. What is found is remembered: make a new one for each run.
 *
 * @param root Absolute folder of the project.
 */
export function committedFiles(root: string): (file: string) => EarlierFile | undefined {
  const known = new Map<string, EarlierFile | undefined>();
  let folder: string | undefined;
  return (file) => {
    if (!known.has(file)) known.set(file, copied(file));
    return known.get(file);
  };

  function copied(file: string): EarlierFile | undefined {
    const bytes = differing(file);
    if (!bytes) return undefined;
    try {
      folder ??= makeScratchFolder(root);
      const hash = createHash('sha256').update(file).update(bytes).digest('hex').slice(0, 32);
      const copy = path.join(folder, hash + path.extname(file));
      writeFileSync(copy, bytes);
      return { copy, root: folder };
    } catch {
      // Where nothing can be written it is not told what changed; the test has its result all the same.
      return undefined;
    }
  }
}

/** What was committed, where that is not what is there. */
function differing(file: string): Buffer | undefined {
  try {
    const now = readFileSync(file);
    // Plain bytes: `git show` would run the filters that a repository sets.
    const before = execFileSync('git', ['cat-file', 'blob', `HEAD:./${path.basename(file)}`], {
      cwd: path.dirname(file),
      env: gitEnvironment(),
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: MAX_BYTES,
      timeout: TIMEOUT_MS,
    });
    return before.equals(now) ? undefined : before;
  } catch {
    // No git, no repository, a file that it does not know, or one that is gone.
    return undefined;
  }
}
