import type * as Acorn from 'acorn';
import { blankOf } from './blocks.ts';
import type { Compiler } from './compiler.ts';
import { compileVariables } from './declarations.ts';
import { compileTarget, iterate } from './patterns.ts';
import { printedIterable } from './printer.ts';
import { declareLexical, StaticScope } from './static-scope.ts';
import type { Activation, Completion, Env, Execute, Run } from './types.ts';
import type { Store } from './variables.ts';

/** Whether a completion ends a loop: `undefined` goes on, otherwise what the loop completes with. */
export function leaves(
  done: Completion,
  labels: readonly string[],
): { with: Completion | undefined } | undefined {
  const mine = done.label === undefined || labels.includes(done.label);
  if (done.kind === 'continue' && mine) return undefined;
  return { with: done.kind === 'break' && mine ? undefined : done };
}

/** Compiles `while` and `do … while`. */
export function compileWhile(
  node: Acorn.WhileStatement | Acorn.DoWhileStatement,
  compiler: Compiler,
  scope: StaticScope,
  labels: readonly string[],
): Execute {
  const test = compiler.expression(node.test, scope);
  const body = compiler.statement(node.body, scope);
  const first = node.type === 'DoWhileStatement';
  return (env, act) => {
    for (let always = first; always || test(env, act); always = false) {
      act.realm.step();
      const done = body?.(env, act);
      if (done === undefined) continue;
      const end = leaves(done, labels);
      if (end !== undefined) return end.with;
    }
    return undefined;
  };
}

/** Compiles `for (…; …; …)`. */
export function compileFor(
  node: Acorn.ForStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Execute {
  const declares = node.init?.type === 'VariableDeclaration' && node.init.kind !== 'var';
  const scope = declares ? new StaticScope(outer) : outer;
  if (declares) declareLexical([node.init!], scope);
  const blank = blankOf(scope);
  const init =
    node.init?.type === 'VariableDeclaration'
      ? compileVariables(node.init, compiler, scope)
      : node.init
        ? asStatement(compiler.expression(node.init, scope))
        : undefined;
  const test = node.test ? compiler.expression(node.test, scope) : () => true;
  const update = node.update ? compiler.expression(node.update, scope) : undefined;
  const body = compiler.statement(node.body, scope);
  return (env, act) => {
    let own = env;
    if (declares) {
      own = blank();
      own[0] = env;
    }
    init?.(own, act);
    // Each round has its own variables, which functions made in it keep.
    if (declares) own = own.slice();
    while (test(own, act)) {
      act.realm.step();
      const done = body?.(own, act);
      if (done !== undefined) {
        const end = leaves(done, labels);
        if (end !== undefined) return end.with;
      }
      if (declares) own = own.slice();
      update?.(own, act);
    }
    return undefined;
  };
}

function asStatement(run: Run): Execute {
  return (env, act) => {
    run(env, act);
    return undefined;
  };
}

/** The left side of `for … in` and `for … of`. */
export interface LoopHead {
  readonly scope: StaticScope;
  /** The environment of one round. */
  readonly bind: (env: Env, act: Activation, value: unknown) => Env;
  /** The environment in which the right side is evaluated: names of the left side are unset. */
  readonly before: (env: Env) => Env;
  readonly outer: StaticScope;
}

/** Compiles the left side of `for … in` and `for … of`. */
export function loopHead(
  node: Acorn.ForInStatement | Acorn.ForOfStatement,
  compiler: Compiler,
  outer: StaticScope,
): LoopHead {
  const { left } = node;
  if (left.type === 'VariableDeclaration' && left.kind !== 'var') {
    const scope = new StaticScope(outer);
    declareLexical([left], scope);
    const store = compileTarget(left.declarations[0]!.id, compiler, scope, true);
    const blank = blankOf(scope);
    const open = (env: Env): Env => {
      const own = blank();
      own[0] = env;
      return own;
    };
    return {
      scope,
      outer: scope,
      before: open,
      bind: (env, act, value) => {
        const own = open(env);
        store(own, act, value);
        return own;
      },
    };
  }
  const store: Store =
    left.type === 'VariableDeclaration'
      ? compileTarget(left.declarations[0]!.id, compiler, outer, true)
      : compileTarget(left as Acorn.Pattern, compiler, outer, false);
  return {
    scope: outer,
    outer,
    before: (env) => env,
    bind: (env, act, value) => {
      store(env, act, value);
      return env;
    },
  };
}

/** The names that `for … in` visits, those deleted meanwhile left out. */
export function* enumerate(value: unknown): Generator<string> {
  if (value === null || value === undefined) return;
  const object: object = Object(value) as object;
  for (const key in object) {
    if (key in object) yield key;
  }
}

/** Compiles `for … in` and `for … of`. */
export function compileForEach(
  node: Acorn.ForInStatement | Acorn.ForOfStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Execute {
  const head = loopHead(node, compiler, outer);
  const right = compiler.expression(node.right, head.outer);
  const body = compiler.statement(node.body, head.scope);
  const isIn = node.type === 'ForInStatement';
  const text = printedIterable(node.right);
  return (env, act) => {
    const value = right(head.before(env), act);
    const items = isIn ? enumerate(value) : { [Symbol.iterator]: () => iterate(value, text) };
    for (const item of items) {
      act.realm.step();
      const inner = head.bind(env, act, item);
      const done = body?.(inner, act);
      if (done === undefined) continue;
      const end = leaves(done, labels);
      if (end !== undefined) return end.with;
    }
    return undefined;
  };
}
