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
 * Gets copies of files as they were committed last, or, of what is committed, as they were before that: in a checkout of a
 * pull request, as they are on the branch that it is for. What is found is remembered: make a new one for each run.
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
    const before = differing(file);
    if (!before) return undefined;
    const { bytes, changed } = before;
    try {
      folder ??= makeScratchFolder(root);
      const hash = createHash('sha256').update(file).update(bytes).digest('hex').slice(0, 32);
      const copy = path.join(folder, hash + path.extname(file));
      writeFileSync(copy, bytes);
      return { copy, root: folder, ...(changed !== undefined && { changed }) };
    } catch {
      // Where nothing can be written it is not told what changed; the test has its result all the same.
      return undefined;
    }
  }
}

/** What was committed, where that is not what is there; else what was there before the last commit that changed it. */
function differing(file: string): { bytes: Buffer; changed?: number } | undefined {
  const cwd = path.dirname(file);
  const name = `./${path.basename(file)}`;
  try {
    const now = readFileSync(file);
    const last = blobOf('HEAD', name, cwd);
    if (!last.equals(now)) return { bytes: last };
    // Of a merge, as CI checks a pull request out, what it was merged into.
    const log = git(
      ['log', '--first-parent', '-n', '2', '--format=%H %ct', 'HEAD', '--', name],
      cwd,
    ).toString();
    const [latest, earlier] = log.split('\n').map((line) => line.split(' '));
    if (!latest?.[1] || !earlier?.[0]) return undefined;
    return { bytes: blobOf(earlier[0], name, cwd), changed: Number(latest[1]) };
  } catch {
    // No git, no repository, a file that it does not know, or one that is gone.
    return undefined;
  }
}

/** Plain bytes: `git show` would run the filters that a repository sets. */
function blobOf(commit: string, name: string, cwd: string): Buffer {
  return git(['cat-file', 'blob', `${commit}:${name}`], cwd);
}

function git(args: readonly string[], cwd: string): Buffer {
  return execFileSync('git', args, {
    cwd,
    // A clone without all objects would get them from the network.
    env: { ...gitEnvironment(), GIT_NO_LAZY_FETCH: '1', GIT_LITERAL_PATHSPECS: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: MAX_BYTES,
    timeout: TIMEOUT_MS,
  });
}
