import type * as Acorn from 'acorn';
import { type Compiler, UnsupportedSyntax } from './compiler.ts';
import { hasSuspension, Lifter } from './lifting.ts';
import { iterate } from './patterns.ts';
import { printed } from './printer.ts';
import type { StaticScope } from './static-scope.ts';
import { Await } from './suspended-functions.ts';
import type { Suspendable } from './types.ts';

/**
 * Compiles an expression of a generator or async function. Only what contains `yield` or `await` becomes a generator;
 * the rest is compiled as everywhere.
 */
export function compileSuspendable(
  node: Acorn.Expression,
  compiler: Compiler,
  scope: StaticScope,
): Suspendable {
  if (!hasSuspension(node)) {
    const run = compiler.expression(node, scope);
    // biome-ignore lint/correctness/useYield: the common form of all parts
    return function* whole(env, act) {
      return run(env, act);
    };
  }
  switch (node.type) {
    case 'YieldExpression':
      return yielding(node, compiler, scope);
    case 'AwaitExpression': {
      const argument = compiler.suspendable(node.argument, scope);
      return function* awaiting(env, act) {
        return yield new Await(yield* argument(env, act));
      };
    }
    case 'ParenthesizedExpression':
      return compiler.suspendable(node.expression, scope);
    case 'ConditionalExpression': {
      const [test, consequent, alternate] = [node.test, node.consequent, node.alternate].map((part) =>
        compiler.suspendable(part, scope),
      );
      return function* conditional(env, act) {
        return (yield* test!(env, act)) ? yield* consequent!(env, act) : yield* alternate!(env, act);
      };
    }
    case 'LogicalExpression': {
      const left = compiler.suspendable(node.left, scope);
      const right = compiler.suspendable(node.right, scope);
      const { operator } = node;
      return function* logical(env, act) {
        const value = yield* left(env, act);
        if (operator === '&&') return value && (yield* right(env, act));
        if (operator === '||') return value || (yield* right(env, act));
        return value ?? (yield* right(env, act));
      };
    }
    case 'SequenceExpression': {
      const parts = node.expressions.map((part) => compiler.suspendable(part, scope));
      return function* sequence(env, act) {
        let value: unknown;
        for (const part of parts) value = yield* part(env, act);
        return value;
      };
    }
    default:
      return lifted(node, compiler, scope);
  }
}

/** Parts are evaluated in order into slots of their own, then the whole with the slots in their place. */
function lifted(node: Acorn.Expression, compiler: Compiler, scope: StaticScope): Suspendable {
  const lifter = new Lifter(scope);
  const rest = lifter.lift(node);
  if (rest === undefined) throw new UnsupportedSyntax('yield or await at this place', node);
  const steps = lifter.parts.map(({ slot, part }) => ({ slot, run: compiler.suspendable(part, scope) }));
  const run = compiler.expression(rest, scope);
  return function* inOrder(env, act) {
    for (const step of steps) env[step.slot] = yield* step.run(env, act);
    return run(env, act);
  };
}

function yielding(node: Acorn.YieldExpression, compiler: Compiler, scope: StaticScope): Suspendable {
  const argument = node.argument ? compiler.suspendable(node.argument, scope) : undefined;
  const text = node.argument ? printed(node.argument) : '';
  if (!node.delegate) {
    return function* one(env, act) {
      const value = argument && (yield* argument(env, act));
      act.realm.step();
      return yield scope.isAsync ? yield new Await(value) : value;
    };
  }
  if (!scope.isAsync) {
    return function* delegate(env, act) {
      const value = yield* argument!(env, act);
      act.realm.step();
      return yield* { [Symbol.iterator]: () => iterate(value, text) };
    };
  }
  return function* delegateAsync(env, act) {
    const iterator = asyncIterator(yield* argument!(env, act), text);
    let sent: unknown;
    for (;;) {
      act.realm.step();
      const result = (yield new Await(iterator.next(sent))) as IteratorResult<unknown>;
      if (result.done) return result.value;
      sent = yield result.value;
    }
  };
}

/** The iterator that `for await` uses: the asynchronous one, or the ordinary one. */
export function asyncIterator(value: unknown, text: string): Iterator<unknown> {
  const method: unknown =
    value === null || value === undefined
      ? undefined
      : (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator];
  if (typeof method === 'function') return Reflect.apply(method, value, []) as Iterator<unknown>;
  return iterate(value, text);
}
