import type * as Acorn from 'acorn';
import { SHORT, type Watch } from '../expression/index.ts';
import type { CallValues } from './call-values.ts';
import { type Comparison, type Decision, partsOf, rangeIn } from './expression-parts.ts';
import { type DocumentPoints, pointId } from './points.ts';

/** Who is told what the parts of an expression come to. */
export interface Listener {
  hit(outcome: number): void;
  /** Where values are noted; `undefined` when they are not. Asked anew each time: every call has its own. */
  values(): CallValues | undefined;
  /** Name of a place in the file. */
  place(at: string | number): string;
}

/**
 * What to put around the parts of an expression so that coverage sees them.
 *
 * @param offset Where the expression stands in its file.
 */
export function watchParts(
  statements: readonly Acorn.Statement[],
  offset: number,
  points: DocumentPoints,
  listener: Listener,
): Watch {
  const around = new Map<Acorn.Node, Watch[]>();
  const put = (node: Acorn.Node, watch: Watch): void => {
    around.set(node, [...(around.get(node) ?? []), watch]);
  };
  const rangeOf = (node: Acorn.Node): { start: number; end: number } => {
    const { start, end } = rangeIn(node);
    return { start: offset + start, end: offset + end };
  };
  const placeOf = (node: Acorn.Node, what: string): string => listener.place(`${what}${rangeOf(node).start}`);
  const firstOf = (kind: 'path' | 'choice', node: Acorn.Node): number =>
    points.points[points.inner.get(pointId({ kind, ...rangeOf(node) }))!]!.first;
  const { paths, choices, decisions, comparisons } = partsOf(statements);
  for (const { node } of paths) put(node, watchPath(firstOf('path', node), listener));
  for (const { node, operands } of choices) {
    const first = firstOf('choice', node);
    for (const [index, operand] of operands.entries()) put(operand, watchOperand(first + index, listener));
  }
  if (listener.values() !== undefined) {
    for (const decision of decisions) watchDecision(decision, placeOf(decision.node, 'if '), listener, put);
    for (const comparison of comparisons)
      watchComparison(comparison, placeOf(comparison.left, 'order '), listener, put);
  }
  return (node, run) => around.get(node)?.reduce((inner, watch) => watch(node, inner), run) ?? run;
}

type Put = (node: Acorn.Node, watch: Watch) => void;

function watchPath(outcome: number, listener: Listener): Watch {
  const place = listener.place(`path ${outcome}`);
  return (_, run) => (env, act) => {
    const value = run(env, act);
    if (value !== SHORT) {
      listener.hit(outcome);
      listener.values()?.value(place, value);
    }
    return value;
  };
}

function watchOperand(outcome: number, listener: Listener): Watch {
  return (_, run) => (env, act) => {
    listener.hit(outcome);
    return run(env, act);
  };
}

/** Notes which conditions held, all together: of `a && b` there is `a` not, `a` but not `b`, and both. */
function watchDecision({ node, leaves }: Decision, place: string, listener: Listener, put: Put): void {
  let outcomes: string[] = [];
  for (const [index, leaf] of leaves.entries()) {
    put(leaf, (_, run) => (env, act) => {
      const value = run(env, act);
      outcomes.push(`${index}${value === SHORT || !value ? 'no' : 'yes'}`);
      return value;
    });
  }
  put(node, (_, run) => (env, act) => {
    // A condition may call a function that the same decision stands in.
    const outer = outcomes;
    outcomes = [];
    try {
      return run(env, act);
    } finally {
      listener.values()?.decision(place, outcomes.join());
      outcomes = outer;
    }
  });
}

function watchComparison({ left, right }: Comparison, place: string, listener: Listener, put: Put): void {
  let latest: unknown;
  put(left, (_, run) => (env, act) => {
    latest = run(env, act);
    return latest;
  });
  put(right, (_, run) => (env, act) => {
    const before = latest;
    const value = run(env, act);
    listener.values()?.comparison(place, before, value);
    return value;
  });
}
