import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Dependency } from '../../poml/types.ts';
import { compareText } from '../../trace/names.ts';
import type { Captured, CapturedFile } from '../../trace/types.ts';

/** Where a prompt was when it was rendered. */
export interface BundleHome {
  /** Absolute root of the project. */
  root: string;
  /** Absolute folder of the trace; what the prompt of a captured golden reads pretends to be in it. */
  sessionDir: string;
  /** What was noted of the trace when it was captured before. */
  captured: Captured | undefined;
}

/** What a prompt has read, to be kept beside its golden. */
export interface BundledFiles {
  files: CapturedFile[];
  /** Copies by name. */
  assets: Map<string, Buffer>;
  /** Names of assets that are pictures, sounds or documents, which nothing is replaced in. */
  binary: string[];
}

/** Replaces what must not be kept; `undefined` for bytes that are no text. */
export type CleanBytes = (bytes: Buffer, isMarkup: boolean) => Buffer | undefined;

/**
 * Copies of everything that a render has read, named by their content, so that equal files are one.
 *
 * @throws Node's errors when a file has gone since the render
 */
export function bundleFiles(
  dependencies: readonly Dependency[],
  home: BundleHome,
  clean?: CleanBytes,
): BundledFiles {
  const files = new Map<string, CapturedFile>();
  const assets = new Map<string, Buffer>();
  const binary = new Set<string>();
  for (const dependency of dependencies) {
    const file = pathInProject(dependency.path, home);
    if (files.has(file)) continue;
    const entries = dependency.kind === 'folder' ? entriesOf(dependency, file, home) : undefined;
    if (entries) {
      files.set(file, { path: file, kind: 'folder', entries });
      continue;
    }
    const bytes = readFileSync(dependency.asset ?? dependency.path);
    const cleaned = clean?.(bytes, dependency.kind === 'include');
    const name = assetName(cleaned ?? bytes, dependency.path);
    if (clean && cleaned === undefined) binary.add(name);
    assets.set(name, cleaned ?? bytes);
    files.set(file, { path: file, kind: dependency.kind, asset: name });
  }
  return {
    files: [...files.values()].sort((one, other) => compareText(one.path, other.path)),
    assets,
    binary: [...binary],
  };
}

/** The path of a file from the root of the project that its prompt belongs to, with `/`. */
export function pathInProject(
  file: string,
  { root, sessionDir }: Pick<BundleHome, 'root' | 'sessionDir'>,
): string {
  const inSession = path.relative(sessionDir, file);
  const isInSession = inSession !== '' && !inSession.startsWith('..') && !path.isAbsolute(inSession);
  return slashed(isInSession ? inSession : path.relative(root, file));
}

/**
 * The folder of the recording machine that the project's root stands for, from a full path of it and the same path in
 * the project; `undefined` where they do not fit.
 *
 * @example recordedRoot('/srv/app/prompts/a.poml', 'prompts/a.poml') // '/srv/app'
 */
export function recordedRoot(recorded: string, inProject: string): string | undefined {
  const full = slashed(recorded);
  const isFull = full.startsWith('/') || /^[A-Za-z]:\//.test(full);
  return isFull && full.endsWith(`/${inProject}`) ? full.slice(0, -inProject.length - 1) : undefined;
}

function entriesOf(
  { path: folder }: Dependency,
  file: string,
  { captured }: BundleHome,
): string[] | undefined {
  const known = captured?.files.find((each) => each.path === file)?.entries;
  if (known) return known;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const names = readdirSync(folder, { withFileTypes: true }).map(
    (entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`,
  );
  return names.sort(compareText);
}

function assetName(bytes: Buffer, file: string): string {
  const [ending = ''] = /\.[a-z0-9]{1,12}$/.exec(path.extname(file).toLowerCase()) ?? [];
  return createHash('sha256').update(bytes).digest('hex') + ending;
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
