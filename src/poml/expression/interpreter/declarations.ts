import type * as Acorn from 'acorn';
import type { Compiler } from './compiler.ts';
import { compileTarget } from './patterns.ts';
import { printed } from './printer.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Env, Execute, Run } from './types.ts';

/** Compiles `var`, `let` and `const`. */
export function compileVariables(
  node: Acorn.VariableDeclaration,
  compiler: Compiler,
  scope: StaticScope,
): Execute | undefined {
  const stores: ((env: Env, act: Activation) => void)[] = [];
  for (const { id, init } of node.declarations) {
    if (!init && node.kind === 'var') continue;
    const store = compileTarget(id, compiler, scope, true, init ? printed(init) : undefined);
    const run: Run = init
      ? compiler.expression(init, scope, id.type === 'Identifier' ? id.name : undefined)
      : () => undefined;
    stores.push((env, act) => store(env, act, run(env, act)));
  }
  const [first] = stores;
  if (first === undefined) return undefined;
  return (env, act) => {
    for (const store of stores) store(env, act);
    return undefined;
  };
}

/** A function declared in a block also becomes a variable of the function around, in sloppy code. */
export function compileBlockFunction(
  node: Acorn.FunctionDeclaration,
  scope: StaticScope,
): Execute | undefined {
  if (scope.isFunction || scope.strict) return undefined;
  const { name } = node.id;
  const inner = scope.bindings.get(name);
  let hops = 0;
  let at: StaticScope | undefined = scope;
  while (at !== undefined && !at.isFunction) {
    at = at.parent;
    hops++;
  }
  const target = at?.bindings.get(name);
  if (inner === undefined || target === undefined) return undefined;
  return (env) => {
    let outer = env;
    for (let left = hops; left > 0; left--) outer = outer[0] as Env;
    outer[target.slot] = env[inner.slot];
    return undefined;
  };
}
