import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gitEnvironment } from '../../project/git-environment.ts';

/** Two revisions as git's range names them; an empty second one is the working tree. */
export interface RevisionRange {
  before: string;
  after: string;
}

/** A project as it was at a revision, in a temporary folder. */
export interface Checkout {
  /** Absolute folder that stands for the project's root. */
  root: string;
  /** Removes it. */
  dispose(): void;
}

/** git cannot be asked, or does not know what it was asked for. */
export class RevisionError extends Error {
  override readonly name = 'RevisionError';
}

/**
 * Reads `main..HEAD`, `main..` (the working tree) or `main...HEAD` (since they parted).
 *
 * @returns `undefined` for what is no range.
 */
export function parseRange(text: string, root: string): RevisionRange | undefined {
  const [, before, dots, after] = /^([^\s.][^\s]*?)(\.\.\.?)([^\s.][^\s]*)?$/.exec(text) ?? [];
  if (before === undefined) return undefined;
  if (dots === '..') return { before, after: after ?? '' };
  const base = git(root, ['merge-base', before, after ?? 'HEAD']).trim();
  return { before: base, after: after ?? '' };
}

/**
 * Writes the files of a revision to a temporary folder. Neither the working tree nor the index of the repository is touched.
 *
 * @param root Absolute folder of the project, in a git repository.
 * @throws RevisionError for a folder that is in no repository, or an unknown revision
 */
export function checkOut(revision: string, root: string): Checkout {
  const commit = git(
    root,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    revision,
  ).trim();
  const prefix = git(root, ['rev-parse', '--show-prefix']).trim();
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'vitest-poml-revision-')));
  const dispose = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const tree = path.join(folder, 'tree');
    mkdirSync(path.join(tree, prefix), { recursive: true });
    const env = { ...gitEnvironment(), GIT_INDEX_FILE: path.join(folder, 'index') };
    const top = git(root, ['rev-parse', '--show-toplevel']).trim();
    git(top, ['read-tree', commit], revision, env);
    git(top, ['checkout-index', '--all', '--force', `--prefix=${tree}${path.sep}`], revision, env);
    return { root: path.join(tree, prefix), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function git(cwd: string, args: readonly string[], revision?: string, env = gitEnvironment()): string {
  try {
    return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT')
      throw new RevisionError('git is not installed, and a range of revisions needs it.');
    const said = stderr?.trim().replace(/^fatal: /, '');
    if (said?.includes('not a git repository'))
      throw new RevisionError(`${cwd} is in no git repository, so there are no revisions to compare.`);
    if (revision !== undefined)
      throw new RevisionError(`git knows no revision ${revision}${said ? `: ${said}` : '.'}`);
    throw new RevisionError(`git ${args[0]} failed: ${said ?? (error as Error).message}`);
  }
}
