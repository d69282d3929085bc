import type { FileHits } from '../../poml/coverage/collector.ts';
import type { PromptFile } from '../../poml/coverage/universe.ts';

/** What of its context a prompt reads. */
export interface CoveredContext {
  /** Paths that stand in expressions, with how many calls read them. */
  readonly paths: readonly { readonly path: string; readonly calls: number }[];
  /** Variables that calls were given and nothing reads, with how many calls. */
  readonly unread: readonly { readonly name: string; readonly calls: number }[];
}

/** What calls were given and what was read of it. A path counts when it starts with something that any call was given. */
export function contextOf(records: readonly FileHits[], files: readonly PromptFile[]): CoveredContext {
  const given = new Map<string, number>();
  const read = new Map<string, number>();
  for (const record of records) {
    for (const [name, count] of Object.entries(record.given)) given.set(name, (given.get(name) ?? 0) + count);
    for (const [path, count] of Object.entries(record.read)) read.set(path, (read.get(path) ?? 0) + count);
  }
  const paths = new Set<string>();
  const roots = new Set<string>();
  for (const { points } of files) {
    for (const { kind, text, root } of points.points) {
      if (kind !== 'path' || root === undefined) continue;
      roots.add(root);
      if (given.has(root)) paths.add(text);
    }
  }
  return {
    paths: [...paths].sort().map((path) => ({ path, calls: read.get(path) ?? 0 })),
    unread: [...given].filter(([name]) => !roots.has(name)).map(([name, calls]) => ({ name, calls })),
  };
}
