import type * as Acorn from 'acorn';
import { ASYNC_GENERATOR_PROTOTYPE, GENERATOR_PROTOTYPE } from '../sandbox/intrinsics.ts';
import { quiet } from '../sandbox/others.ts';
import type { Body, FunctionNode } from './functions.ts';
import { activate, sloppySelf } from './functions.ts';
import type { Activation, Callable, Env, Suspendable } from './types.ts';

/** What a body yields when it awaits, so that async generators can tell it from their own `yield`. */
export class Await {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

type Make = (env: Env, act: Activation, home: object | undefined) => Callable;

/** Makes generators, async functions and async generators. */
export function makeSuspendable(node: FunctionNode, body: Body, suspended: Suspendable): Make {
  const isArrow = (node as Acorn.Node).type === 'ArrowFunctionExpression';
  return (env, act, home) => {
    const start = (self: unknown, args: readonly unknown[]): { own: Activation; inner: Env } => {
      const own = isArrow
        ? act
        : activate(act, sloppySelf(act, self, body.strict), args, undefined, home, undefined);
      return { own, inner: body.prepare(env, own, args) };
    };
    const { realm } = act;
    if (!node.generator) {
      return method((self, args) => {
        realm.step();
        return quiet(
          drive(() => {
            const { own, inner } = start(self, args);
            return suspended(inner, own);
          }),
        );
      });
    }
    const made: Callable & { prototype?: unknown } = method((self, args) => {
      realm.step();
      const { own, inner } = start(self, args);
      const iterator = node.async
        ? asyncGenerator(suspended(inner, own))
        : counted(suspended(inner, own), own);
      // The engine's own prototype is shared by the whole process.
      const { prototype } = made;
      const fallback = node.async ? ASYNC_GENERATOR_PROTOTYPE : GENERATOR_PROTOTYPE;
      Object.setPrototypeOf(
        iterator,
        typeof prototype === 'object' && prototype !== null ? prototype : fallback,
      );
      return iterator;
    });
    Object.defineProperty(made, 'prototype', {
      value: Object.create(node.async ? ASYNC_GENERATOR_PROTOTYPE : GENERATOR_PROTOTYPE),
      writable: true,
    });
    return made;
  };
}

function method(call: (self: unknown, args: readonly unknown[]) => unknown): Callable {
  return {
    method(this: unknown, ...args: unknown[]) {
      return call(this, args);
    },
  }.method;
}

function* counted(body: Generator<unknown>, act: Activation): Generator<unknown> {
  act.realm.step();
  return yield* body;
}

async function drive(start: () => Generator<unknown>): Promise<unknown> {
  const body = start();
  let result = body.next();
  while (!result.done) {
    const awaited = result.value instanceof Await ? result.value.value : result.value;
    let value: unknown;
    try {
      value = await awaited;
    } catch (error) {
      result = body.throw(error);
      continue;
    }
    result = body.next(value);
  }
  return result.value;
}

async function* asyncGenerator(body: Generator<unknown>): AsyncGenerator<unknown> {
  let finished = false;
  try {
    let result = body.next();
    while (!result.done) {
      let value: unknown;
      try {
        value = result.value instanceof Await ? await result.value.value : yield result.value;
      } catch (error) {
        result = body.throw(error);
        continue;
      }
      result = body.next(value);
    }
    finished = true;
    return result.value;
  } finally {
    if (!finished) body.return(undefined);
  }
}
