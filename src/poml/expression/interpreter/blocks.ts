import type * as Acorn from 'acorn';
import type { Compiler } from './compiler.ts';
import { compileHoisted } from './functions.ts';
import { declareLexical, hasLexical, StaticScope } from './static-scope.ts';
import { type Activation, type Env, type Execute, UNSET } from './types.ts';

/** A scope for a block, when its statements declare something. `open` makes its environment. */
export interface BlockScope {
  readonly scope: StaticScope;
  readonly open: (env: Env, act: Activation) => Env;
}

/** The scope of a block. */
export function blockScope(
  nodes: readonly Acorn.Node[],
  compiler: Compiler,
  outer: StaticScope,
): BlockScope | undefined {
  if (!hasLexical(nodes)) return undefined;
  const scope = new StaticScope(outer);
  declareLexical(nodes, scope);
  const hoisted = compileHoisted(nodes, compiler, scope);
  const blank = blankOf(scope);
  return {
    scope,
    open: (env, act) => {
      const own = blank();
      own[0] = env;
      for (const hoist of hoisted) hoist(own, act);
      return own;
    },
  };
}

/** Makes environments of a scope, names unset. The size is taken at the first use, when all is compiled. */
export function blankOf(scope: StaticScope): () => Env {
  let blank: unknown[] | undefined;
  return () => {
    if (blank === undefined) {
      blank = new Array<unknown>(scope.size).fill(undefined);
      for (const { slot, kind } of scope.bindings.values()) {
        if (kind !== 'function' && kind !== 'var' && kind !== 'param') blank[slot] = UNSET;
      }
    }
    return blank.slice();
  };
}

/** Compiles a block with a scope of its own where it needs one. */
export function compileBlock(
  nodes: readonly Acorn.Statement[],
  compiler: Compiler,
  outer: StaticScope,
): Execute | undefined {
  const own = blockScope(nodes, compiler, outer);
  if (own === undefined) return compiler.statements(nodes, outer);
  const execute = compiler.statements(nodes, own.scope);
  if (execute === undefined) return undefined;
  return (env, act) => execute(own.open(env, act), act);
}
