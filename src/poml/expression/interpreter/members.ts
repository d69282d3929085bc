import type * as Acorn from 'acorn';
import { deleteMember, getMember, setMember, toKey } from '../sandbox/members.ts';
import type { Realm } from '../sandbox/realm.ts';
import type { Compiler, Reference } from './compiler.ts';
import { type PrivateName, privateKey, SHORT, selfOf } from './expressions.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Callable, Env, Run } from './types.ts';
import { holderOf } from './with.ts';

/** The key of a member: a constant, or computed. */
type Key = (env: Env, act: Activation) => unknown;

/** The name of a member that is written in the text. */
export function constantKey(node: Acorn.MemberExpression): PropertyKey | undefined {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  if (node.property.type === 'Literal') {
    const { value } = node.property;
    if (typeof value === 'string' || typeof value === 'number') return value;
  }
  return undefined;
}

/** V8's error for reading from null or undefined. The key is converted only when there is an object. */
export function missingObject(object: unknown, key: unknown, verb = 'read'): never {
  const plain = typeof key === 'object' && key !== null && Object.getPrototypeOf(key) === Object.prototype;
  const name = plain ? '#<Object>' : typeof key === 'symbol' ? key.toString() : String(key);
  const [words, gerund] = verb === 'read' ? ['read', 'reading'] : ['set', 'setting'];
  throw new TypeError(`Cannot ${words} properties of ${String(object)} (${gerund} '${name}')`);
}

/** Compiles reading a member. */
export function compileMember(node: Acorn.MemberExpression, compiler: Compiler, scope: StaticScope): Run {
  if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') {
    const receiver = compileReceiver(node, compiler, scope);
    return (env, act) => {
      const [object, get] = receiver(env, act);
      return object === SHORT ? SHORT : get();
    };
  }
  const object = compiler.expression(node.object, scope);
  const key = constantKey(node);
  if (
    key !== undefined &&
    !node.optional &&
    node.object.type !== 'MemberExpression' &&
    node.object.type !== 'CallExpression'
  ) {
    return (env, act) => getMember(act.realm, object(env, act), key);
  }
  const { optional } = node;
  if (key !== undefined) {
    return (env, act) => {
      const value = object(env, act);
      if (value === SHORT || (optional && (value === null || value === undefined))) return SHORT;
      return getMember(act.realm, value, key);
    };
  }
  const computed = compiler.expression(node.property as Acorn.Expression, scope);
  return (env, act) => {
    const value = object(env, act);
    if (value === SHORT || (optional && (value === null || value === undefined))) return SHORT;
    const at = computed(env, act);
    if (value === null || value === undefined) missingObject(value, at);
    return getMember(act.realm, value, toKey(at));
  };
}

/** An object and a way to read the member, for calls that need `this`. The object is `SHORT` in a chain that ended. */
type Receiver = (env: Env, act: Activation) => readonly [object: unknown, get: () => unknown];

/** Compiles a member whose object is needed too. */
export function compileReceiver(
  node: Acorn.MemberExpression,
  compiler: Compiler,
  scope: StaticScope,
): Receiver {
  if (node.object.type === 'Super') {
    const key = keyOf(node, compiler, scope);
    return (env, act) => {
      const self = selfOf(act);
      const at = toKey(key(env, act));
      return [self, () => superGet(act, self, at)];
    };
  }
  const object = compiler.expression(node.object, scope);
  const { optional } = node;
  if (node.property.type === 'PrivateIdentifier') {
    const { name } = node.property;
    const key = privateKey(name, scope);
    return (env, act) => {
      const value = object(env, act);
      if (value === SHORT || (optional && (value === null || value === undefined)))
        return [SHORT, () => SHORT];
      return [value, () => privateGet(key(env), name, value)];
    };
  }
  const key = keyOf(node, compiler, scope);
  return (env, act) => {
    const value = object(env, act);
    if (value === SHORT || (optional && (value === null || value === undefined))) return [SHORT, () => SHORT];
    const at = key(env, act);
    if (value === null || value === undefined) missingObject(value, at);
    return [value, () => getMember(act.realm, value, toKey(at))];
  };
}

function keyOf(node: Acorn.MemberExpression, compiler: Compiler, scope: StaticScope): Key {
  const constant = constantKey(node);
  if (constant !== undefined) return () => constant;
  return compiler.expression(node.property as Acorn.Expression, scope);
}

function homePrototype(act: Activation): object | null {
  return act.home === undefined ? null : (Object.getPrototypeOf(act.home) as object | null);
}

function superGet(act: Activation, self: unknown, key: PropertyKey): unknown {
  const parent = homePrototype(act);
  if (parent === null) missingObject(null, key);
  const receiver = (typeof self === 'object' && self !== null) || typeof self === 'function' ? self : parent;
  return act.realm.admit(Reflect.get(parent, key, receiver));
}

function privateGet(key: PrivateName, name: string, object: unknown): unknown {
  const held = isObject(object) ? key.get(object) : undefined;
  if (held === undefined) {
    throw new TypeError(`Cannot read private member #${name} from an object whose class did not declare it`);
  }
  if ('value' in held) return held.value;
  if (held.get === undefined) throw new TypeError(`'#${name}' was defined without a getter`);
  return Reflect.apply(held.get as Callable, object, []);
}

function privateSet(key: PrivateName, name: string, object: unknown, value: unknown): void {
  const held = isObject(object) ? key.get(object) : undefined;
  if (held === undefined) {
    throw new TypeError(`Cannot write private member #${name} to an object whose class did not declare it`);
  }
  if ('value' in held) {
    if (!held.writable) throw new TypeError(`Private method '#${name}' is not writable`);
    held.value = value;
    return;
  }
  if (held.set === undefined) throw new TypeError(`'#${name}' was defined without a setter`);
  Reflect.apply(held.set as Callable, object, [value] as never[]);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Compiles a member that is read and written, its object and key evaluated once. */
export function compileReference(
  node: Acorn.MemberExpression,
  compiler: Compiler,
  scope: StaticScope,
): (env: Env, act: Activation) => Reference {
  const { strict } = scope;
  if (node.object.type === 'Super') {
    const key = keyOf(node, compiler, scope);
    return (env, act) => {
      const self = selfOf(act);
      const at = toKey(key(env, act));
      return {
        get: () => superGet(act, self, at),
        set: (value) => superSet(act.realm, homePrototype(act), self, at, value, strict),
      };
    };
  }
  const object = compiler.expression(node.object, scope);
  if (node.property.type === 'PrivateIdentifier') {
    const { name } = node.property;
    const key = privateKey(name, scope);
    return (env, act) => {
      const target = object(env, act);
      return {
        get: () => privateGet(key(env), name, target),
        set: (value) => privateSet(key(env), name, target, value),
      };
    };
  }
  const key = keyOf(node, compiler, scope);
  return (env, act) => {
    const target = object(env, act);
    const computed = key(env, act);
    let converted: PropertyKey | undefined;
    // As in V8, the key is converted when it is first used.
    const at = (verb: string): PropertyKey => {
      if (target === null || target === undefined) missingObject(target, computed, verb);
      converted ??= toKey(computed);
      return converted;
    };
    return {
      get: () => getMember(act.realm, target, at('read')),
      set: (value) => setMember(act.realm, target, at('set'), value, strict),
    };
  };
}

function superSet(
  realm: Realm,
  parent: object | null,
  self: unknown,
  key: PropertyKey,
  value: unknown,
  strict: boolean,
): void {
  const setter = parent === null ? undefined : findSetter(parent, key);
  if (setter !== undefined) realm.call(setter as Callable, self, [value]);
  else setMember(realm, self, key, value, strict);
}

function findSetter(start: object, key: PropertyKey): unknown {
  for (let at: object | null = start; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const own = Object.getOwnPropertyDescriptor(at, key);
    if (own !== undefined) return own.set;
  }
  return undefined;
}

/** Only names that a sloppy assignment created can be deleted. */
function deleteName(name: string, compiler: Compiler, scope: StaticScope): Run {
  if (scope.resolve(name) !== undefined) return () => false;
  compiler.names.add(name);
  return (_env, act) => (act.scope.has(name) ? false : Reflect.deleteProperty(act.realm.global, name));
}

/** Compiles `delete`. */
export function compileDelete(argument: Acorn.Expression, compiler: Compiler, scope: StaticScope): Run {
  if (argument.type === 'ParenthesizedExpression') return compileDelete(argument.expression, compiler, scope);
  if (argument.type === 'ChainExpression') {
    const inner = compileDelete(argument.expression, compiler, scope);
    return inner;
  }
  if (argument.type === 'Identifier') {
    const { name } = argument;
    const remove = deleteName(name, compiler, scope);
    const holder = holderOf(scope, name);
    if (holder === undefined) return remove;
    return (env, act) => {
      const object = holder(env, act);
      return object === undefined ? remove(env, act) : deleteMember(act.realm, object, name, scope.strict);
    };
  }
  if (argument.type !== 'MemberExpression') {
    const run = compiler.expression(argument, scope);
    return (env, act) => {
      run(env, act);
      return true;
    };
  }
  if (argument.object.type === 'Super') {
    return () => {
      throw new ReferenceError("Unsupported reference to 'super'");
    };
  }
  const object = compiler.expression(argument.object, scope);
  const key = keyOf(argument, compiler, scope);
  const { optional } = argument;
  const { strict } = scope;
  return (env, act) => {
    const target = object(env, act);
    if (target === SHORT || (optional && (target === null || target === undefined))) return true;
    return deleteMember(act.realm, target, toKey(key(env, act)), strict);
  };
}
