import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { compareText } from './names.ts';
import { listFolder } from './session.ts';

/** Prompt files by base name. */
export interface PromptIndex {
  /** The prompt files with this base name, sorted. */
  find(name: string): readonly string[];
  /** All prompt files, sorted by their names. */
  all(): readonly string[];
  /** A sentence when a folder or glob that the user named gives no prompt; `undefined` otherwise. */
  missing(): string | undefined;
  /** The folders and globs, for messages. */
  readonly described: string;
}

const DEFAULT = 'prompts';
const SKIPPED = new Set(['node_modules', '.git']);

/** Indexes the prompts in folders (`.poml` files, at any depth) and globs (whatever they match); at first use, once. */
export function createPromptIndex(root: string, prompts: string | string[] | undefined): PromptIndex {
  const patterns = prompts === undefined ? [DEFAULT] : typeof prompts === 'string' ? [prompts] : prompts;
  let built: { byName: Map<string, string[]>; empty: string[] } | undefined;
  const index = (): { byName: Map<string, string[]>; empty: string[] } => {
    built ??= build(root, patterns);
    return built;
  };
  return {
    find: (name) => index().byName.get(name) ?? [],
    all: () => [...index().byName.values()].flat(),
    missing: () => {
      const [empty] = prompts === undefined ? [] : index().empty;
      return empty === undefined ? undefined : `prompts: ${JSON.stringify(empty)} names no prompt file`;
    },
    described: patterns.join(', '),
  };
}

function build(
  root: string,
  patterns: readonly string[],
): { byName: Map<string, string[]>; empty: string[] } {
  const files = new Set<string>();
  const empty: string[] = [];
  const ignored = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  for (const pattern of patterns.filter((pattern) => !pattern.startsWith('!'))) {
    const found = promptFiles(root, pattern, ignored);
    if (found.length === 0) empty.push(pattern);
    for (const file of found) files.add(file);
  }
  const byName = new Map<string, string[]>();
  for (const file of [...files].sort(compareText)) {
    const name = basename(file);
    const list = byName.get(name);
    if (list) list.push(file);
    else byName.set(name, [file]);
  }
  return { byName, empty };
}

function promptFiles(root: string, pattern: string, ignored: readonly string[]): string[] {
  const literal = resolve(root, pattern);
  const stat = statSync(literal, { throwIfNoEntry: false });
  if (stat?.isFile()) return [literal];
  if (stat) return folderFiles(literal);
  const entries = fastGlob.sync(process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern, {
    cwd: root,
    absolute: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**', '**/.git/**', ...ignored],
    objectMode: true,
  });
  return entries.flatMap((entry) => {
    if (entry.dirent.isDirectory()) return pattern.includes('**') ? [] : folderFiles(resolve(entry.path));
    return [resolve(entry.path)];
  });
}

/** The `.poml` files in a folder and below; folders that are links, and recordings (`0001.x.poml`), are left out. */
function folderFiles(dir: string): string[] {
  return listFolder(dir).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : folderFiles(path);
    return /\.poml$/i.test(entry.name) && !/^\d{4,}\./.test(entry.name) ? [path] : [];
  });
}
