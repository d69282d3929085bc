import path from 'node:path';
import type { Bundle, Dependency } from '../../poml/types.ts';
import { bundlePlace } from '../../trace/captured.ts';
import { type Cause, causeKey } from '../causes.ts';
import type { Golden } from '../golden.ts';
import { attempt } from '../maybe.ts';
import type { Subject } from '../prepare.ts';
import type { EarlierFile, GoldenTools } from '../tools.ts';
import { editCauses } from './edit-causes.ts';

/** An edit of a file that a prompt reads, and what to read there to see the result without it. */
export interface FileEdit {
  cause: Cause;
  without: { bundle: Bundle };
}

/** A file that a prompt reads, absolute, and a copy of what it was. */
interface OldFile extends EarlierFile {
  live: string;
  kind: Dependency['kind'];
}

interface Place {
  files: GoldenTools['files'];
  /** Names a file as on every machine. */
  name(file: string): string;
}

/**
 * The edits of files that the prompt of a captured golden reads: of those the old content is at hand.
 *
 * @param root Absolute root of the project, which the golden's paths start in.
 */
export function bundledEdits(
  { trace, source }: Subject,
  { prefix }: Golden,
  root: string,
  where: Place,
): FileEdit[] {
  if (!trace || trace.prefix !== prefix || source?.kind !== 'live') return [];
  const place = bundlePlace(trace);
  return (trace.captured?.files ?? []).flatMap(({ path: file, kind, asset }) => {
    if (!place || asset === undefined) return [];
    const home = place.bundle.root;
    return fileEdits(
      { live: path.resolve(root, file), kind, copy: path.join(home, asset), root: home },
      where,
    );
  });
}

/**
 * The edits of files that a prompt reads, where it is known what these were: those made last, and, where there are others,
 * all of them.
 */
export function dependencyEdits(
  dependencies: readonly Dependency[],
  earlier: NonNullable<GoldenTools['earlier']>,
  where: Place,
): FileEdit[][] {
  const kinds = new Map(dependencies.map(({ path: live, kind }) => [live, kind]));
  const found = Array.from(kinds).flatMap(([live, kind]) => {
    const old = earlier(live);
    return old
      ? [{ at: old.changed ?? Number.POSITIVE_INFINITY, edits: fileEdits({ live, kind, ...old }, where) }]
      : [];
  });
  if (found.length === 0) return [];
  const latest = Math.max(...found.map(({ at }) => at));
  const last = found.filter(({ at }) => at === latest);
  const tries = last.length === found.length ? [found] : [last, found];
  return tries.map((files) => files.flatMap(({ edits }) => edits)).filter((edits) => edits.length > 0);
}

/** The edits of a file of text, told apart, or that another file has changed. */
function fileEdits({ live, kind, copy, root }: OldFile, { files, name }: Place): FileEdit[] {
  const read = (file: string) =>
    attempt(
      () => files.read(file),
      () => undefined,
    ) as string | undefined;
  const before = read(copy);
  const after = read(live);
  if (before === undefined || after === undefined || before === after) return [];
  const without = { bundle: { root, files: { [live]: copy } } };
  if (!isText(before) || !isText(after)) return [{ cause: changedFile({ path: live, kind }, name), without }];
  const edits = editCauses(before, after, live, name, kind === 'include' ? 'include' : 'asset');
  return edits.map(({ cause }) => ({ cause, without }));
}

/** A file that has changed, in a way that cannot be told. */
export function changedFile(
  { path: file, kind }: Pick<Dependency, 'path' | 'kind'>,
  name: (file: string) => string,
): Cause {
  return {
    key: causeKey('asset', name(file)),
    kind: 'asset',
    file,
    summary: `${name(file)} changed (${kind})`,
  };
}

/** Bundles as one, in which the copies of all are read. */
export function joinBundles(bundles: readonly Bundle[]): { bundle: Bundle } | undefined {
  const [first] = bundles;
  return (
    first && { bundle: { root: first.root, files: Object.assign({}, ...bundles.map(({ files }) => files)) } }
  );
}

function isText(text: string): boolean {
  return !/[\0\ufffd]/.test(text);
}
