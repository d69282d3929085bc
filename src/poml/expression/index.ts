/** Expressions of prompts: JavaScript, run without access to the process. */
export {
  type CompiledExpression,
  clearExpressionCache,
  compileExpression,
  watchExpression,
} from './compile.ts';
export { type Budget, ExpressionBudgetError, ExpressionSyntaxError } from './errors.ts';
export { SHORT } from './interpreter/expressions.ts';
export type { Watch, Watcher } from './interpreter/watch.ts';
export { PREFIX, parseBody } from './parse.ts';
export { createRealm, type Realm, type RealmOptions } from './sandbox/realm.ts';
export { Scope } from './scope.ts';
