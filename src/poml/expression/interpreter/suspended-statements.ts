import type * as Acorn from 'acorn';
import { blankOf, blockScope } from './blocks.ts';
import { type Compiler, UnsupportedSyntax } from './compiler.ts';
import { hasSuspension } from './lifting.ts';
import { enumerate, leaves, loopHead } from './loops.ts';
import { compileTarget, iterate } from './patterns.ts';
import { printed, printedIterable } from './printer.ts';
import { declareLexical, StaticScope } from './static-scope.ts';
import { asyncIterator } from './suspended.ts';
import { Await } from './suspended-functions.ts';
import { catchScope, forProgram, isCatchable } from './try.ts';
import type { Activation, Completion, Env, Suspendable } from './types.ts';
import { withScope } from './with.ts';

type Step = Suspendable<Completion | undefined>;

/** Compiles a statement of a generator or async function. */
export function compileSuspendableStatement(
  node: Acorn.Statement,
  compiler: Compiler,
  scope: StaticScope,
): Step {
  return labeledStep(node, compiler, scope, []);
}

function labeledStep(
  node: Acorn.Statement,
  compiler: Compiler,
  scope: StaticScope,
  labels: readonly string[],
): Step {
  if (node.type === 'ReturnStatement') return returning(node, compiler, scope);
  if (!hasSuspension(node)) {
    const execute = compiler.statement(node, scope);
    // biome-ignore lint/correctness/useYield: the common form of all parts
    return function* whole(env, act) {
      return execute?.(env, act);
    };
  }
  switch (node.type) {
    case 'ExpressionStatement': {
      const run = compiler.suspendable(node.expression, scope);
      return function* expression(env, act) {
        yield* run(env, act);
        return undefined;
      };
    }
    case 'VariableDeclaration':
      return variables(node, compiler, scope);
    case 'IfStatement': {
      const test = compiler.suspendable(node.test, scope);
      const consequent = labeledStep(node.consequent, compiler, scope, []);
      const alternate = node.alternate ? labeledStep(node.alternate, compiler, scope, []) : undefined;
      return function* choice(env, act) {
        if (yield* test(env, act)) return yield* consequent(env, act);
        return alternate && (yield* alternate(env, act));
      };
    }
    case 'WithStatement': {
      const object = compiler.suspendable(node.object, scope);
      const inner = withScope(scope);
      const body = labeledStep(node.body, compiler, inner.scope, []);
      return function* within(env, act) {
        return yield* body(inner.open(env, yield* object(env, act)), act);
      };
    }
    case 'BlockStatement':
      return block(node.body, compiler, scope);
    case 'ThrowStatement': {
      const run = compiler.suspendable(node.argument, scope);
      return function* throwing(env, act) {
        throw yield* run(env, act);
      };
    }
    case 'TryStatement':
      return tryStatement(node, compiler, scope);
    case 'ForStatement':
      return forStatement(node, compiler, scope, labels);
    case 'ForInStatement':
    case 'ForOfStatement':
      return forEach(node, compiler, scope, labels);
    case 'WhileStatement':
    case 'DoWhileStatement': {
      const test = compiler.suspendable(node.test, scope);
      const body = labeledStep(node.body, compiler, scope, []);
      const first = node.type === 'DoWhileStatement';
      return function* loop(env, act) {
        for (let always = first; always || (yield* test(env, act)); always = false) {
          act.realm.step();
          const done = yield* body(env, act);
          const end = done && leaves(done, labels);
          if (end !== undefined) return end.with;
        }
        return undefined;
      };
    }
    case 'SwitchStatement':
      return switchStatement(node, compiler, scope);
    case 'LabeledStatement': {
      const body = labeledStep(node.body, compiler, scope, [...labels, node.label.name]);
      return function* labeled(env, act) {
        const done = yield* body(env, act);
        return done?.kind === 'break' && done.label === node.label.name ? undefined : done;
      };
    }
    default:
      throw new UnsupportedSyntax('yield or await at this place', node);
  }
}

function returning(node: Acorn.ReturnStatement, compiler: Compiler, scope: StaticScope): Step {
  const run = node.argument ? compiler.suspendable(node.argument, scope) : undefined;
  return function* result(env, act) {
    return { kind: 'return', label: undefined, value: run && (yield* run(env, act)) };
  };
}

function variables(node: Acorn.VariableDeclaration, compiler: Compiler, scope: StaticScope): Step {
  const parts = node.declarations
    .filter(({ init }) => init || node.kind !== 'var')
    .map(({ id, init }) => ({
      store: compileTarget(id, compiler, scope, true, init ? printed(init) : undefined),
      run: init ? compiler.suspendable(init, scope) : undefined,
    }));
  return function* declaration(env, act) {
    for (const { store, run } of parts) store(env, act, run && (yield* run(env, act)));
    return undefined;
  };
}

function sequence(nodes: readonly Acorn.Statement[], compiler: Compiler, scope: StaticScope): Step {
  const steps = nodes.map((node) => labeledStep(node, compiler, scope, []));
  return function* inOrder(env, act) {
    for (const step of steps) {
      const done = yield* step(env, act);
      if (done !== undefined) return done;
    }
    return undefined;
  };
}

function block(nodes: readonly Acorn.Statement[], compiler: Compiler, outer: StaticScope): Step {
  const own = blockScope(nodes, compiler, outer);
  if (own === undefined) return sequence(nodes, compiler, outer);
  const steps = sequence(nodes, compiler, own.scope);
  return function* scoped(env, act) {
    return yield* steps(own.open(env, act), act);
  };
}

function tryStatement(node: Acorn.TryStatement, compiler: Compiler, scope: StaticScope): Step {
  const attempt = block(node.block.body, compiler, scope);
  const handler = node.handler ? catchStep(node.handler, compiler, scope) : undefined;
  const finalizer = node.finalizer ? block(node.finalizer.body, compiler, scope) : undefined;
  function* guarded(env: Env, act: Activation): Generator<unknown, Completion | undefined, unknown> {
    try {
      return yield* attempt(env, act);
    } catch (error) {
      if (handler === undefined || !isCatchable(error)) throw error;
      return yield* handler(env, act, forProgram(error));
    }
  }
  if (finalizer === undefined) return guarded;
  return function* withFinally(env, act) {
    let done: Completion | undefined;
    let exceeded = false;
    try {
      done = yield* guarded(env, act);
    } catch (error) {
      exceeded = !isCatchable(error);
      throw error;
    } finally {
      const other = exceeded ? undefined : yield* finalizer(env, act);
      // biome-ignore lint/correctness/noUnsafeFinally: a finally that returns wins, as in JavaScript
      if (other !== undefined) return other;
    }
    return done;
  };
}

function catchStep(
  node: Acorn.CatchClause,
  compiler: Compiler,
  outer: StaticScope,
): (env: Env, act: Activation, error: unknown) => Generator<unknown, Completion | undefined, unknown> {
  const { scope, bind } = catchScope(node, compiler, outer);
  const body = block(node.body.body, compiler, scope);
  return (env, act, error) => body(bind(env, act, error), act);
}

function forStatement(
  node: Acorn.ForStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Step {
  const declares = node.init?.type === 'VariableDeclaration' && node.init.kind !== 'var';
  const scope = declares ? new StaticScope(outer) : outer;
  if (declares) declareLexical([node.init!], scope);
  const blank = blankOf(scope);
  const init =
    node.init?.type === 'VariableDeclaration'
      ? variables(node.init, compiler, scope)
      : node.init
        ? compiler.suspendable(node.init, scope)
        : undefined;
  const test = node.test ? compiler.suspendable(node.test, scope) : undefined;
  const update = node.update ? compiler.suspendable(node.update, scope) : undefined;
  const body = labeledStep(node.body, compiler, scope, []);
  return function* loop(env, act) {
    let own = env;
    if (declares) {
      own = blank();
      own[0] = env;
    }
    if (init) yield* init(own, act);
    if (declares) own = own.slice();
    while (test === undefined || (yield* test(own, act))) {
      act.realm.step();
      const done = yield* body(own, act);
      const end = done && leaves(done, labels);
      if (end !== undefined) return end.with;
      if (declares) own = own.slice();
      if (update) yield* update(own, act);
    }
    return undefined;
  };
}

function forEach(
  node: Acorn.ForInStatement | Acorn.ForOfStatement,
  compiler: Compiler,
  outer: StaticScope,
  labels: readonly string[],
): Step {
  const head = loopHead(node, compiler, outer);
  const right = compiler.suspendable(node.right, head.outer);
  const body = labeledStep(node.body, compiler, head.scope, []);
  const text = printedIterable(node.right);
  const isIn = node.type === 'ForInStatement';
  if (!isIn && node.await) {
    return function* loopAwait(env, act) {
      const iterator = asyncIterator(yield* right(head.before(env), act), text);
      for (;;) {
        act.realm.step();
        const result = (yield new Await(iterator.next())) as IteratorResult<unknown>;
        if (result.done) return undefined;
        const done = yield* body(head.bind(env, act, yield new Await(result.value)), act);
        const end = done && leaves(done, labels);
        if (end === undefined) continue;
        yield new Await(iterator.return?.());
        return end.with;
      }
    };
  }
  return function* loop(env, act) {
    const value = yield* right(head.before(env), act);
    const items = isIn ? enumerate(value) : { [Symbol.iterator]: () => iterate(value, text) };
    for (const item of items) {
      act.realm.step();
      const done = yield* body(head.bind(env, act, item), act);
      const end = done && leaves(done, labels);
      if (end !== undefined) return end.with;
    }
    return undefined;
  };
}

function switchStatement(node: Acorn.SwitchStatement, compiler: Compiler, outer: StaticScope): Step {
  const discriminant = compiler.suspendable(node.discriminant, outer);
  const own = blockScope(
    node.cases.flatMap(({ consequent }) => consequent),
    compiler,
    outer,
  );
  const scope = own?.scope ?? outer;
  const cases = node.cases.map(({ test, consequent }) => ({
    test: test ? compiler.suspendable(test, scope) : undefined,
    run: sequence(consequent, compiler, scope),
  }));
  return function* choice(env, act) {
    const value = yield* discriminant(env, act);
    const inner = own?.open(env, act) ?? env;
    let start = -1;
    for (const [index, { test }] of cases.entries()) {
      if (test === undefined || (yield* test(inner, act)) !== value) continue;
      start = index;
      break;
    }
    if (start < 0) start = cases.findIndex(({ test }) => test === undefined);
    if (start < 0) return undefined;
    for (const { run } of cases.slice(start)) {
      const done = yield* run(inner, act);
      if (done !== undefined) return done.kind === 'break' && done.label === undefined ? undefined : done;
    }
    return undefined;
  };
}
