import type * as Acorn from 'acorn';
import { ExpressionBudgetError } from '../errors.ts';
import { blankOf, compileBlock } from './blocks.ts';
import type { Compiler } from './compiler.ts';
import { compileTarget } from './patterns.ts';
import { patternNames, StaticScope } from './static-scope.ts';
import type { Activation, Completion, Env, Execute } from './types.ts';

/** Whether an error may be seen by the program. An exceeded budget ends all of it. */
export function isCatchable(error: unknown): boolean {
  return (
    !(error instanceof ExpressionBudgetError) &&
    (error as { code?: unknown } | null | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/** An error of the engine carries the host's stack, which is no business of the program. */
export function forProgram(error: unknown): unknown {
  if (error instanceof Error && Object.isExtensible(error)) {
    Object.defineProperty(error, 'stack', {
      value: `${error.name}: ${error.message}\n    at expression`,
      writable: true,
      configurable: true,
    });
  }
  return error;
}

/** Compiles `try`. */
export function compileTry(node: Acorn.TryStatement, compiler: Compiler, scope: StaticScope): Execute {
  const attempt = compileBlock(node.block.body, compiler, scope);
  const handler = node.handler ? catchClause(node.handler, compiler, scope) : undefined;
  const finalizer = node.finalizer ? compileBlock(node.finalizer.body, compiler, scope) : undefined;
  const guarded: Execute =
    handler === undefined
      ? (env, act) => attempt?.(env, act)
      : (env, act) => {
          const { realm } = act;
          const { depth } = realm;
          try {
            return attempt?.(env, act);
          } catch (error) {
            if (!isCatchable(error)) throw error;
            realm.depth = depth;
            return handler(env, act, forProgram(error));
          }
        };
  if (finalizer === undefined) return guarded;
  return (env, act) => {
    let done: Completion | undefined;
    try {
      done = guarded(env, act);
    } catch (error) {
      if (isCatchable(error)) {
        const other = finalizer(env, act);
        if (other !== undefined) return other;
      }
      throw error;
    }
    return finalizer(env, act) ?? done;
  };
}

/** Compiles `catch`; the third argument of the result is the error. */
export function catchClause(
  node: Acorn.CatchClause,
  compiler: Compiler,
  outer: StaticScope,
): (env: Env, act: Activation, error: unknown) => Completion | undefined {
  const { scope, bind } = catchScope(node, compiler, outer);
  const execute = compileBlock(node.body.body, compiler, scope);
  return (env, act, error) => execute?.(bind(env, act, error), act);
}

/** The scope of a `catch`, and what makes its environment from an error. */
export function catchScope(
  node: Acorn.CatchClause,
  compiler: Compiler,
  outer: StaticScope,
): { scope: StaticScope; bind: (env: Env, act: Activation, error: unknown) => Env } {
  const scope = new StaticScope(outer);
  for (const name of patternNames(node.param ?? null)) scope.declare(name, 'let');
  const store = node.param ? compileTarget(node.param, compiler, scope, true) : undefined;
  const blank = blankOf(scope);
  return {
    scope,
    bind: (env, act, error) => {
      const own = blank();
      own[0] = env;
      store?.(own, act, error);
      return own;
    },
  };
}
