/** A process that evaluates expressions for tests that must be able to end it. */
import { compileExpression } from '../compile.ts';
import { type Budget, ExpressionBudgetError } from '../errors.ts';
import { createRealm, type RealmOptions } from '../sandbox/realm.ts';
import { Scope } from '../scope.ts';

/** An expression to evaluate. */
export interface EvaluateOrder {
  source: string;
  options?: RealmOptions;
}

/** Which budget it exceeded, or what it threw or gave instead. */
export type EvaluateAnswer = { exceeded: Budget } | { threw: string } | { gave: string };

process.on('message', ({ source, options = {} }: EvaluateOrder) => {
  process.send!(evaluate(source, options));
});

function evaluate(source: string, options: RealmOptions): EvaluateAnswer {
  try {
    return { gave: typeof compileExpression(source).evaluate(new Scope({}), createRealm(options)) };
  } catch (error) {
    return error instanceof ExpressionBudgetError ? { exceeded: error.budget } : { threw: String(error) };
  }
}
