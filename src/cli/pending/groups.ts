import type { Cause } from '../../golden/causes.ts';
import type { Pending } from '../../project/pending/pending.ts';

/** Pendings of one cause. */
export interface PendingGroup {
  /** `undefined` for those whose cause is not known. */
  cause: Cause | undefined;
  /** The one that shows it best first: with the fewest other causes. */
  pendings: Pending[];
}

/** Groups pendings by cause, the largest group first. One with several causes stands in the group of the most common one. */
export function groupByCause(pendings: readonly Pending[]): PendingGroup[] {
  const counts = new Map<string, number>();
  for (const { causes } of pendings)
    for (const { key } of causes) counts.set(key, (counts.get(key) ?? 0) + 1);
  const groups = new Map<string, PendingGroup>();
  for (const pending of pendings) {
    const cause = mostCommon(pending.causes, counts);
    const key = cause?.key ?? `reason ${pending.reason}`;
    const group = groups.get(key) ?? { cause, pendings: [] };
    group.pendings.push(pending);
    groups.set(key, group);
  }
  for (const group of groups.values())
    group.pendings.sort((one, other) => one.causes.length - other.causes.length);
  return [...groups.values()].sort((one, other) => other.pendings.length - one.pendings.length);
}

/** Of several causes the one that touches most: its group then holds all that it touches, as far as can be. */
function mostCommon(causes: readonly Cause[], counts: ReadonlyMap<string, number>): Cause | undefined {
  let best: Cause | undefined;
  for (const cause of causes) if (!best || counts.get(cause.key)! > counts.get(best.key)!) best = cause;
  return best;
}

/** The end of a cause's key: enough to name it on a command line. */
export function shortKey({ key }: Cause): string {
  return key.slice(key.lastIndexOf(':') + 1, key.lastIndexOf(':') + 9);
}
