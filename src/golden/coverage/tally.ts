import type { PointKind } from '../../poml/coverage/points.ts';

/** How much of one kind was reached. */
export interface Tally {
  covered: number;
  total: number;
}

/** What is tallied; `all` is everything but the paths. */
export type TallyName = 'elements' | 'branches' | 'loops' | 'includes' | 'expressions' | 'all';

export type Tallies = Readonly<Record<TallyName, Tally>>;

const TALLIED = {
  element: 'elements',
  if: 'branches',
  choice: 'branches',
  for: 'loops',
  include: 'includes',
  expression: 'expressions',
} as const satisfies Partial<Record<PointKind, TallyName>>;

/** How much of some points is covered. */
export function tally(
  points: readonly { kind: PointKind; outcomes: readonly { calls: number }[] }[],
): Tallies {
  const tallies = noTallies();
  for (const { kind, outcomes } of points) {
    if (kind === 'path') continue;
    for (const { calls } of outcomes) {
      for (const name of [TALLIED[kind], 'all'] as const) {
        tallies[name].total++;
        if (calls > 0) tallies[name].covered++;
      }
    }
  }
  return tallies;
}

function noTallies(): Record<TallyName, Tally> {
  const none = (): Tally => ({ covered: 0, total: 0 });
  return {
    elements: none(),
    branches: none(),
    loops: none(),
    includes: none(),
    expressions: none(),
    all: none(),
  };
}
