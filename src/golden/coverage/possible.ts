import type * as Acorn from 'acorn';
import { statementsOf } from '../../poml/coverage/expression-parts.ts';
import type { CoveragePoint, DocumentPoints } from '../../poml/coverage/points.ts';
import { isNotEmptyCheck } from './conditions.ts';

/**
 * For each point of a file the numbers of the outcomes that it can have at all. A condition that is written `true`
 * always holds; a list that is written out always has the same number of items; and where an element is there only if
 * a list has items, a loop over it inside always has a round.
 */
export function possibleOutcomes({ points, lets }: DocumentPoints): number[][] {
  const conditions = conditionsByElement(points);
  return points.map((point) => {
    const all = point.outcomes.map((_, index) => index);
    if (point.kind === 'if') {
      const value = expressionOf(point.text);
      return value?.type === 'Literal' ? [value.value ? 0 : 1] : all;
    }
    if (point.kind !== 'for') return all;
    const lengths = lengthsOf(expressionOf(point.text), lets, 0);
    if (lengths !== undefined) return all.filter((rounds) => lengths.includes(rounds));
    for (let at = point.parent; at !== -1; at = points[at]!.parent) {
      if (conditions.get(at)?.some((condition) => isNotEmptyCheck(condition, point.text)))
        return all.slice(1);
    }
    return all;
  });
}

/** The conditions that all hold where an element is reached. */
function conditionsByElement(points: readonly CoveragePoint[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const [index, { kind, parent, text }] of points.entries()) {
    if (kind !== 'if') continue;
    const element = points.findIndex(
      (other, at) =>
        at > index && other.parent === parent && (other.kind === 'element' || other.kind === 'include'),
    );
    found.set(element, text.split('&&'));
  }
  return found;
}

function expressionOf(source: string): Acorn.Expression | undefined {
  const [statement] = statementsOf(source);
  return (statement?.type === 'ReturnStatement' && statement.argument) || undefined;
}

const MAX_DEPTH = 10;

/** How many items a list can have, 2 standing for more; `undefined` when that depends on the call. */
function lengthsOf(
  node: Acorn.Expression | undefined,
  lets: ReadonlyMap<string, string | undefined>,
  depth: number,
): number[] | undefined {
  if (node === undefined || depth > MAX_DEPTH) return undefined;
  if (node.type === 'ArrayExpression') {
    const spread = node.elements.some((element) => element?.type === 'SpreadElement');
    return spread ? undefined : [Math.min(node.elements.length, 2)];
  }
  if (node.type === 'ConditionalExpression') {
    const yes = lengthsOf(node.consequent, lets, depth + 1);
    const no = lengthsOf(node.alternate, lets, depth + 1);
    return yes && no && [...yes, ...no];
  }
  const value = node.type === 'Identifier' ? lets.get(node.name) : undefined;
  return value === undefined ? undefined : lengthsOf(expressionOf(value), lets, depth + 1);
}
