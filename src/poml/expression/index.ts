/** Expressions of prompts: JavaScript, run without access to the process. */
export { type CompiledExpression, clearExpressionCache, compileExpression } from './compile.ts';
export { type Budget, ExpressionBudgetError, ExpressionSyntaxError } from './errors.ts';
export { createRealm, type Realm, type RealmOptions } from './sandbox/realm.ts';
export { Scope } from './scope.ts';
