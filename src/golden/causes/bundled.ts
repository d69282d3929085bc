import path from 'node:path';
import type { Bundle } from '../../poml/types.ts';
import { bundlePlace } from '../../trace/captured.ts';
import type { Golden } from '../golden.ts';
import { attempt } from '../maybe.ts';
import type { Subject } from '../prepare.ts';
import type { GoldenTools } from '../tools.ts';
import { type EditCause, editCauses } from './edit-causes.ts';

/** An edit of a file that a prompt reads, and what to read there to see the result without it. */
export interface BundledEdit {
  cause: EditCause['cause'];
  without: { bundle: Bundle };
}

/**
 * The edits of files that the prompt of a captured golden reads: of those the old text is at hand. Pictures and other
 * files that are no text are left out.
 *
 * @param root Absolute root of the project, which the golden's paths start in.
 */
export function bundledEdits(
  { trace, source }: Subject,
  { prefix }: Golden,
  { files }: Pick<GoldenTools, 'files'>,
  root: string,
  name: (file: string) => string,
): BundledEdit[] {
  if (!trace || trace.prefix !== prefix || source?.kind !== 'live') return [];
  const place = bundlePlace(trace);
  const read = (file: string) =>
    attempt(
      () => files.read(file),
      () => undefined,
    ) as string | undefined;
  return (trace.captured?.files ?? []).flatMap(({ path: file, kind, asset }) => {
    if (!place || asset === undefined) return [];
    const live = path.resolve(root, file);
    const copy = path.join(place.bundle.root, asset);
    const before = read(copy);
    const after = read(live);
    if (before === undefined || after === undefined || !isText(before) || !isText(after)) return [];
    const without = { bundle: { root: place.bundle.root, files: { [live]: copy } } };
    const edits = editCauses(before, after, live, name, kind === 'include' ? 'include' : 'asset');
    return edits.map(({ cause }) => ({ cause, without }));
  });
}

/** Bundles of one golden as one. */
export function joinBundles(bundles: readonly Bundle[]): { bundle: Bundle } | undefined {
  const [first] = bundles;
  return (
    first && { bundle: { root: first.root, files: Object.assign({}, ...bundles.map(({ files }) => files)) } }
  );
}

function isText(text: string): boolean {
  return !/[\0\ufffd]/.test(text);
}
