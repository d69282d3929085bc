import type * as Acorn from 'acorn';
import { brand } from '../sandbox/brand.ts';
import { blankOf } from './blocks.ts';
import { isConstructor, ownResult } from './calls.ts';
import type { Compiler } from './compiler.ts';
import type { PrivateName } from './expressions.ts';
import { activate, type Body, compileBody, makeFunction } from './functions.ts';
import { nameOf } from './objects.ts';
import { compileKey } from './patterns.ts';
import { declareLexical, declareVars, StaticScope } from './static-scope.ts';
import { type Activation, type Callable, type Env, type Run, UNSET } from './types.ts';

/** Puts one member on a class; fields return what initializes them on an object. */
type Member = (env: Env, act: Activation, target: object, isStatic: boolean) => Initializer | undefined;
type Initializer = (self: object) => void;

/** Compiles a class. */
export function compileClass(
  node: Acorn.ClassDeclaration | Acorn.ClassExpression,
  compiler: Compiler,
  outer: StaticScope,
  name?: string,
): Run {
  const scope = new StaticScope(outer, { strict: true });
  const selfSlot = node.id ? scope.declare(node.id.name, 'const').slot : 0;
  const privates = privateNames(node);
  const privateSlots = privates.map((key) => scope.declare(key, 'var').slot);
  const parent = node.superClass ? compiler.expression(node.superClass, scope) : undefined;
  const found = node.body.body.find(
    (member): member is Acorn.MethodDefinition =>
      member.type === 'MethodDefinition' && member.kind === 'constructor',
  );
  const body = found ? compileBody(found.value as Acorn.FunctionExpression, compiler, scope) : undefined;
  const members = node.body.body
    .filter((member) => member !== found)
    .map((member) => ({
      isStatic: member.type === 'StaticBlock' || member.static,
      isField: member.type !== 'MethodDefinition',
      add: compileMemberOf(member, compiler, scope),
    }));
  const blank = blankOf(scope);
  const fixedName = node.id?.name ?? name ?? '';
  const text = (): string => compiler.source.slice(node.start, node.end);
  return (outerEnv, act) => {
    const env = blank();
    env[0] = outerEnv;
    for (const slot of privateSlots) env[slot] = new WeakMap<object, PropertyDescriptor>() as PrivateName;
    const heritage = parent?.(env, act);
    const initializers: Initializer[] = [];
    const initialize: Initializer = (self) => {
      for (const start of initializers) start(self);
    };
    const made =
      parent === undefined
        ? base(env, act, body, initialize, fixedName)
        : derived(env, act, body, initialize, fixedName);
    const prototype = made.prototype as object;
    if (parent !== undefined) inherit(made, prototype, heritage);
    brand(made as Callable, { kind: 'program', name: fixedName, length: body?.length ?? 0, text });
    Object.defineProperty(made, 'prototype', { writable: false });
    Object.defineProperty(made, 'name', { value: fixedName, configurable: true });
    Object.defineProperty(made, 'length', { value: body?.length ?? 0, configurable: true });
    const statics: Initializer[] = [];
    for (const { isStatic, add } of members) {
      const initializer = add(env, act, isStatic ? made : prototype, isStatic);
      if (initializer !== undefined) (isStatic ? statics : initializers).push(initializer);
    }
    // Methods exist on an object before its first field.
    initializers.sort((first, second) => order(first) - order(second));
    if (selfSlot > 0) env[selfSlot] = made;
    statics.sort((first, second) => order(first) - order(second));
    for (const start of statics) start(made);
    return made;
  };
}

const METHODS = new WeakSet<Initializer>();
const order = (initializer: Initializer): number => (METHODS.has(initializer) ? 0 : 1);

interface MadeClass {
  (this: object, ...args: unknown[]): unknown;
  prototype: unknown;
}

function base(
  env: Env,
  act: Activation,
  body: Body | undefined,
  initialize: Initializer,
  name: string,
): MadeClass {
  const { realm } = act;
  const made = function (this: object, ...args: unknown[]): unknown {
    if (new.target === undefined) refuseCall(name);
    realm.enter();
    try {
      initialize(this);
      if (body === undefined) return this;
      const own = activate(act, this, args, made, made.prototype as object, new.target);
      const result = body.run(body.prepare(env, own, args), own);
      return ownResult(result) ? result : this;
    } finally {
      realm.depth--;
    }
  };
  return made;
}

function derived(
  env: Env,
  act: Activation,
  body: Body | undefined,
  initialize: Initializer,
  name: string,
): MadeClass {
  const { realm } = act;
  const made = function (this: object, ...args: unknown[]): unknown {
    if (new.target === undefined) refuseCall(name);
    realm.enter();
    try {
      if (body === undefined) {
        const parent: unknown = Object.getPrototypeOf(made);
        if (!isConstructor(parent))
          throw new TypeError(`Super constructor ${String(parent)} of anonymous class is not a constructor`);
        const self = realm.construct(parent, args, new.target) as object;
        initialize(self);
        return self;
      }
      const own: Activation = {
        ...activate(act, UNSET, args, made, made.prototype as object, new.target),
        initialize,
      };
      const result = body.run(body.prepare(env, own, args), own);
      if (ownResult(result)) return result;
      if (result !== undefined)
        throw new TypeError('Derived constructors may only return object or undefined');
      if (own.self === UNSET) {
        throw new ReferenceError(
          "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
        );
      }
      return own.self;
    } finally {
      realm.depth--;
    }
  };
  return made;
}

function refuseCall(name: string): never {
  throw new TypeError(`Class constructor ${name} cannot be invoked without 'new'`);
}

function inherit(made: object, prototype: object, heritage: unknown): void {
  if (heritage === null) {
    Object.setPrototypeOf(prototype, null);
    return;
  }
  if (!isConstructor(heritage)) {
    throw new TypeError(`Class extends value ${describe(heritage)} is not a constructor or null`);
  }
  const parent = (heritage as unknown as { prototype: unknown }).prototype;
  if (typeof parent !== 'object' && typeof parent !== 'function') {
    throw new TypeError(`Class extends value does not have valid prototype property ${String(parent)}`);
  }
  Object.setPrototypeOf(made, heritage);
  Object.setPrototypeOf(prototype, parent);
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function privateNames(node: Acorn.ClassDeclaration | Acorn.ClassExpression): string[] {
  const names = new Set<string>();
  for (const member of node.body.body) {
    if (member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier')
      names.add(`#${member.key.name}`);
  }
  return [...names];
}

function compileMemberOf(
  member: Acorn.MethodDefinition | Acorn.PropertyDefinition | Acorn.StaticBlock,
  compiler: Compiler,
  scope: StaticScope,
): Member {
  if (member.type === 'StaticBlock') return staticBlock(member, compiler, scope);
  return member.type === 'MethodDefinition'
    ? method(member, compiler, scope)
    : field(member, compiler, scope);
}

function staticBlock(node: Acorn.StaticBlock, compiler: Compiler, outer: StaticScope): Member {
  const scope = new StaticScope(outer, { isFunction: true });
  declareVars(node.body, scope);
  declareLexical(node.body, scope);
  const blank = blankOf(scope);
  const execute = compiler.statements(node.body, scope);
  return (env, act) => (self) => {
    const own = blank();
    own[0] = env;
    execute?.(own, activate(act, self, [], undefined, self, undefined));
  };
}

function method(node: Acorn.MethodDefinition, compiler: Compiler, scope: StaticScope): Member {
  const kind = node.kind === 'get' || node.kind === 'set' ? node.kind : 'method';
  const { key } = node;
  if (key.type === 'PrivateIdentifier') {
    const { slot } = scope.bindings.get(`#${key.name}`)!;
    const make = makeFunction(node.value as Acorn.FunctionExpression, compiler, scope, {
      kind: 'method',
      start: node.start,
      name: nameOf(`#${key.name}`, kind),
    });
    return (env, act, target) => {
      const made = make(env, act, target);
      const initializer: Initializer = (self) => {
        const held = env[slot] as PrivateName;
        if (kind === 'method') held.set(self, { value: made, writable: false });
        else held.set(self, { get: undefined, set: undefined, ...held.get(self), [kind]: made });
      };
      METHODS.add(initializer);
      return initializer;
    };
  }
  const { constant, run } = compileKey({ computed: node.computed, key }, compiler, scope);
  const make = makeFunction(node.value as Acorn.FunctionExpression, compiler, scope, {
    kind: 'method',
    start: node.start,
    name: constant === undefined ? undefined : nameOf(constant, kind),
  });
  return (env, act, target) => {
    const at = run(env, act);
    const made = make(env, act, target, nameOf(at, kind));
    const content = kind === 'method' ? { value: made, writable: true } : { [kind]: made };
    Object.defineProperty(target, at, { ...content, enumerable: false, configurable: true });
    return undefined;
  };
}

function field(node: Acorn.PropertyDefinition, compiler: Compiler, outer: StaticScope): Member {
  const { key } = node;
  const scope = new StaticScope(outer, { isFunction: true });
  const name =
    key.type === 'PrivateIdentifier'
      ? `#${key.name}`
      : key.type === 'Identifier' && !node.computed
        ? key.name
        : undefined;
  const value = node.value ? compiler.expression(node.value, scope, name) : undefined;
  const evaluate = (env: Env, act: Activation, self: object, home: object): unknown =>
    value?.([env], activate(act, self, [], undefined, home, undefined));
  if (key.type === 'PrivateIdentifier') {
    const { slot } = outer.bindings.get(`#${key.name}`)!;
    return (env, act, target) => (self) => {
      const held = env[slot] as PrivateName;
      if (held.has(self)) throw new TypeError(`Cannot initialize #${key.name} twice on the same object`);
      held.set(self, { value: evaluate(env, act, self, target), writable: true });
    };
  }
  const { run } = compileKey({ computed: node.computed, key }, compiler, outer);
  return (env, act, target) => {
    const at = run(env, act);
    return (self) => {
      Object.defineProperty(self, at, {
        value: evaluate(env, act, self, target),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    };
  };
}
