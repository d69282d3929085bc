import { conditionInWords } from './conditions.ts';
import type { CoveredPoint } from './report.ts';

/** What a call would have to be like to reach something that none has reached. */
export interface Missing {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The point that is not reached. */
  readonly id: string;
  /** Completes "record a call in which …"; code of the prompt stands in backticks. */
  readonly when: string;
}

/** What the advice is made from. */
export type AdvisedPoint = Pick<
  CoveredPoint,
  'id' | 'kind' | 'text' | 'line' | 'column' | 'start' | 'end' | 'operator' | 'test' | 'within'
> & { readonly outcomes: readonly AdvisedOutcome[] };

export interface AdvisedOutcome {
  readonly name: string;
  readonly calls: number;
}

/**
 * What to record so that more of a prompt is reached, in the order of its text. What stands inside of something that was
 * not reached itself comes later: first that has to be.
 */
export function missingCalls(prompt: { calls: number; points: readonly AdvisedPoint[] }): Missing[] {
  if (prompt.calls === 0) return [];
  const missing: Missing[] = [];
  const unreached = new Set(
    prompt.points.filter(({ outcomes }) => outcomes.every(isUnreached)).map(({ id }) => id),
  );
  for (const point of prompt.points) {
    if (point.within !== undefined && unreached.has(point.within)) continue;
    const partOf = prompt.points.find((other) => other.kind === 'if' && isInside(point, other));
    // Its own condition asks for the same.
    if (point.kind === 'choice' && partOf?.outcomes.some(isUnreached)) continue;
    for (const when of advice(point))
      missing.push({ line: point.line, column: point.column, id: point.id, when });
  }
  return missing;
}

function isInside(point: AdvisedPoint, around: AdvisedPoint): boolean {
  return around.start <= point.start && point.end <= around.end;
}

function isUnreached({ calls }: AdvisedOutcome): boolean {
  return calls === 0;
}

function advice(point: AdvisedPoint): string[] {
  const { kind, text, outcomes } = point;
  if (kind === 'for') {
    if (outcomes.every(isUnreached)) return [`\`${text}\` is a list`];
    return outcomes.filter(isUnreached).map(({ name }) => `\`${text}\` ${ROUNDS.get(name)}`);
  }
  // Not evaluated, as in a loop without rounds.
  if (outcomes.every(isUnreached)) return [];
  if (kind === 'if')
    return outcomes.filter(isUnreached).map(({ name }) => conditionInWords(text, name === 'true'));
  if (kind === 'choice') return choice(point);
  return [];
}

const ROUNDS = new Map([
  ['none', 'is empty'],
  ['one', 'has exactly one item'],
  ['more', 'has more than one item'],
]);

function choice({ operator, outcomes, test }: AdvisedPoint): string[] {
  if (operator === '?:')
    return outcomes.flatMap(({ calls }, index) =>
      calls === 0 ? [conditionInWords(test!, index === 0)] : [],
    );
  const first = outcomes.findIndex(isUnreached);
  const before = outcomes[first - 1];
  if (before === undefined) return [];
  if (operator === '??') return [`\`${before.name}\` is null or missing`];
  return [conditionInWords(before.name, operator === '&&')];
}
