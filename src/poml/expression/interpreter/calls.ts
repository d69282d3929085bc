import type * as Acorn from 'acorn';
import { isProtected } from '../sandbox/intrinsics.ts';
import { getMember } from '../sandbox/members.ts';
import type { Compiler } from './compiler.ts';
import { compileElements, SHORT } from './expressions.ts';
import { compileReceiver, constantKey } from './members.ts';
import { printed } from './printer.ts';
import type { StaticScope } from './static-scope.ts';
import { type Activation, type Callable, type Env, type Run, UNSET } from './types.ts';
import { holderOf } from './with.ts';

type Arguments = (env: Env, act: Activation) => unknown[];

function compileArguments(
  nodes: readonly (Acorn.Expression | Acorn.SpreadElement)[],
  compiler: Compiler,
  scope: StaticScope,
): Arguments {
  if (nodes.every((node) => node.type !== 'SpreadElement')) {
    const runs = (nodes as Acorn.Expression[]).map((node) => compiler.expression(node, scope));
    const [first, second] = runs;
    if (first === undefined) return () => [];
    if (second === undefined) return (env, act) => [first(env, act)];
    return (env, act) => runs.map((run) => run(env, act));
  }
  const fill = compileElements(
    nodes,
    compiler,
    scope,
    'Spread syntax requires ...iterable[Symbol.iterator] to be a function',
  );
  return (env, act) => {
    const list: unknown[] = [];
    fill(env, act, list);
    return list;
  };
}

/** The template object of a tagged template: the same for each evaluation of one place. */
function templateArguments(
  node: Acorn.TaggedTemplateExpression,
  compiler: Compiler,
  scope: StaticScope,
): Arguments {
  const strings = node.quasi.quasis.map((quasi) => quasi.value.cooked ?? undefined);
  const raw = node.quasi.quasis.map((quasi) => quasi.value.raw);
  const runs = node.quasi.expressions.map((part) => compiler.expression(part, scope));
  return (env, act) => {
    const first: unknown[] = [...strings];
    Object.defineProperty(first, 'raw', { value: Object.freeze([...raw]) });
    return [Object.freeze(first), ...runs.map((run) => run(env, act))];
  };
}

/** Compiles a call or a tagged template. */
export function compileCall(
  node: Acorn.CallExpression | Acorn.TaggedTemplateExpression,
  compiler: Compiler,
  scope: StaticScope,
): Run {
  const tagged = node.type === 'TaggedTemplateExpression';
  const target = unwrap(tagged ? node.tag : node.callee);
  const args = tagged
    ? templateArguments(node, compiler, scope)
    : compileArguments(node.arguments, compiler, scope);
  const optional = !tagged && (node.optional ?? false);
  if (target.type === 'Super') return superCall(args);
  const text = printed(target);
  if (target.type === 'MemberExpression') {
    const key = constantKey(target);
    if (key !== undefined && !optional && !target.optional && target.object.type !== 'Super') {
      return methodCall(compiler.expression(target.object, scope), key, args, text);
    }
    const receiver = compileReceiver(target, compiler, scope);
    return (env, act) => {
      const [self, get] = receiver(env, act);
      if (self === SHORT) return SHORT;
      const callee = get();
      if (optional && (callee === null || callee === undefined)) return SHORT;
      return invoke(act, callee, self, args(env, act), text);
    };
  }
  const run = compiler.expression(target, scope);
  const holder = target.type === 'Identifier' ? holderOf(scope, target.name) : undefined;
  if (target.type === 'Identifier' && holder !== undefined) {
    const { name } = target;
    return (env, act) => {
      const self = holder(env, act);
      const callee = self === undefined ? run(env, act) : getMember(act.realm, self, name);
      if (optional && (callee === null || callee === undefined)) return SHORT;
      return invoke(act, callee, self, args(env, act), text);
    };
  }
  return (env, act) => {
    const callee = run(env, act);
    if (callee === SHORT || (optional && (callee === null || callee === undefined))) return SHORT;
    return invoke(act, callee, undefined, args(env, act), text);
  };
}

function unwrap(node: Acorn.Expression | Acorn.Super): Acorn.Expression | Acorn.Super {
  return node.type === 'ParenthesizedExpression' ? unwrap(node.expression) : node;
}

function methodCall(object: Run, key: PropertyKey, args: Arguments, text: string): Run {
  return (env, act) => {
    const self = object(env, act);
    if (self === SHORT) return SHORT;
    const { realm } = act;
    // Without libraries the function is guarded by the call itself, which saves making a stand-in.
    const callee =
      realm.libraries.active || self === realm.global || self === globalThis || typeof self === 'function'
        ? getMember(realm, self, key)
        : (self as Record<PropertyKey, unknown>)[key];
    return invoke(act, callee, self, args(env, act), text);
  };
}

function invoke(act: Activation, callee: unknown, self: unknown, args: unknown[], text: string): unknown {
  if (typeof callee !== 'function') throw new TypeError(`${text} is not a function`);
  return act.realm.call(callee as Callable, self, args);
}

function superCall(args: Arguments): Run {
  return (env, act) => {
    const parent: unknown = Object.getPrototypeOf(act.callee!);
    const given = args(env, act);
    if (!isConstructor(parent)) {
      throw new TypeError(`Super constructor ${String(parent)} of anonymous class is not a constructor`);
    }
    const self = act.realm.construct(parent, given, act.newTarget) as object;
    if (act.self !== UNSET) throw new ReferenceError('Super constructor may only be called once');
    act.self = self;
    act.initialize?.(self);
    return self;
  };
}

/** Whether a value can be called with `new`. */
export function isConstructor(value: unknown): value is Callable {
  if (typeof value !== 'function') return false;
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

/** Compiles `new`. */
export function compileNew(node: Acorn.NewExpression, compiler: Compiler, scope: StaticScope): Run {
  const callee = compiler.expression(node.callee as Acorn.Expression, scope);
  const args = compileArguments(node.arguments, compiler, scope);
  const text = printed(node.callee);
  return (env, act) => {
    const target = callee(env, act);
    const given = args(env, act);
    if (!isConstructor(target)) throw new TypeError(`${text} is not a constructor`);
    act.realm.step();
    return act.realm.construct(target, given);
  };
}

/** An object that a constructor of the program may return: never one of the host, which built-ins would write to. */
export function ownResult(value: unknown): value is object {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  if (isProtected(value)) throw new TypeError('A constructor cannot return a built-in object in expressions');
  return true;
}
