import type * as Acorn from 'acorn';
import { isProtected } from '../sandbox/intrinsics.ts';
import { getMember, toKey } from '../sandbox/members.ts';
import { forbidListing, payCopy } from '../sandbox/objects.ts';
import type { Realm } from '../sandbox/realm.ts';
import type { Compiler } from './compiler.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Bag, Env } from './types.ts';
import { assignVariable, initializeVariable, type Store } from './variables.ts';

type Target = Acorn.Pattern | Acorn.Expression;

/**
 * Stores a value in what stands on the left: a name, a member, or a pattern of these.
 * @param text how errors name the value
 */
export function compileTarget(
  node: Target,
  compiler: Compiler,
  scope: StaticScope,
  declare: boolean,
  text?: string,
): Store {
  switch (node.type) {
    case 'Identifier':
      return declare
        ? initializeVariable(compiler, scope, node.name)
        : assignVariable(compiler, scope, node.name);
    case 'MemberExpression':
      return memberTarget(node, compiler, scope);
    case 'ObjectPattern':
      return objectTarget(node, compiler, scope, declare, text);
    case 'ArrayPattern':
      return arrayTarget(node, compiler, scope, declare, text);
    case 'AssignmentPattern':
      return defaultTarget(node, compiler, scope, declare);
    case 'ParenthesizedExpression':
      return compileTarget(node.expression, compiler, scope, declare);
    default:
      throw new SyntaxError('Invalid destructuring assignment target');
  }
}

function memberTarget(node: Acorn.MemberExpression, compiler: Compiler, scope: StaticScope): Store {
  const reference = compiler.reference(node, scope);
  return (env, act, value) => reference(env, act).set(value);
}

function defaultTarget(
  node: Acorn.AssignmentPattern,
  compiler: Compiler,
  scope: StaticScope,
  declare: boolean,
): Store {
  const target = compileTarget(node.left, compiler, scope, declare);
  const name = node.left.type === 'Identifier' ? node.left.name : undefined;
  const fallback = compiler.expression(node.right, scope, name);
  return (env, act, value) => target(env, act, value === undefined ? fallback(env, act) : value);
}

/** The property key of a property or member, as a constant where it is one. */
export function compileKey(
  node: { readonly computed: boolean; readonly key: Acorn.Expression | Acorn.PrivateIdentifier },
  compiler: Compiler,
  scope: StaticScope,
): { readonly constant: PropertyKey | undefined; readonly run: (env: Env, act: Activation) => PropertyKey } {
  const { key } = node;
  if (!node.computed && key.type === 'Identifier') {
    const { name } = key;
    return { constant: name, run: () => name };
  }
  if (key.type === 'Literal' && !node.computed) {
    const constant = typeof key.bigint === 'string' ? key.bigint : String(key.value);
    return { constant, run: () => constant };
  }
  const run = compiler.expression(key as Acorn.Expression, scope);
  return { constant: undefined, run: (env, act) => toKey(run(env, act)) };
}

function objectTarget(
  node: Acorn.ObjectPattern,
  compiler: Compiler,
  scope: StaticScope,
  declare: boolean,
  text: string | undefined,
): Store {
  const parts = node.properties.map((property) => {
    if (property.type === 'RestElement') {
      return { key: undefined, store: compileTarget(property.argument, compiler, scope, declare) };
    }
    return {
      key: compileKey(property, compiler, scope),
      store: compileTarget(property.value, compiler, scope, declare),
    };
  });
  const first = parts[0]?.key?.constant;
  return (env, act, value) => {
    if (value === null || value === undefined) {
      throw new TypeError(
        first === undefined
          ? `Cannot destructure '${text ?? String(value)}' as it is ${String(value)}.`
          : `Cannot destructure property '${String(first)}' of '${text ?? String(value)}' as it is ${String(value)}.`,
      );
    }
    const used: PropertyKey[] = [];
    for (const { key, store } of parts) {
      if (key === undefined) {
        store(env, act, restOf(act.realm, value, used));
      } else {
        const name = key.run(env, act);
        used.push(typeof name === 'number' ? String(name) : name);
        store(env, act, getMember(act.realm, value, name));
      }
    }
  };
}

function restOf(realm: Realm, value: unknown, used: readonly PropertyKey[]): Bag {
  const rest = spreadProperties(realm, value);
  for (const key of used) delete rest[key];
  return rest;
}

/** A new object with the own enumerable properties of a value. */
export function spreadProperties(realm: Realm, source: unknown): Bag {
  if (source === null || source === undefined) return {};
  forbidListing(realm, source);
  payCopy(realm, source);
  const copy: Bag = { ...(source as Bag) };
  if ((typeof source === 'object' || typeof source === 'function') && isProtected(source)) {
    for (const key of Reflect.ownKeys(copy)) copy[key] = realm.admit(copy[key]);
  }
  return copy;
}

function arrayTarget(
  node: Acorn.ArrayPattern,
  compiler: Compiler,
  scope: StaticScope,
  declare: boolean,
  text: string | undefined,
): Store {
  const parts = node.elements.map((element) => {
    if (element === null) return { rest: false, store: undefined };
    return element.type === 'RestElement'
      ? { rest: true, store: compileTarget(element.argument, compiler, scope, declare) }
      : { rest: false, store: compileTarget(element, compiler, scope, declare) };
  });
  return (env, act, value) => {
    const iterator = iterate(value, text);
    let done = false;
    const next = (): unknown => {
      if (done) return undefined;
      act.realm.step();
      let result: IteratorResult<unknown>;
      try {
        result = iterator.next();
      } catch (error) {
        done = true;
        throw error;
      }
      if (result.done) done = true;
      return result.done ? undefined : result.value;
    };
    try {
      for (const { rest, store } of parts) {
        if (!rest) {
          const item = next();
          store?.(env, act, item);
          continue;
        }
        const items: unknown[] = [];
        for (let item = next(); !done; item = next()) items.push(item);
        store!(env, act, items);
      }
    } catch (error) {
      if (!done) closeQuietly(iterator);
      throw error;
    }
    if (!done) iterator.return?.();
  };
}

function closeQuietly(iterator: Iterator<unknown>): void {
  try {
    iterator.return?.();
  } catch {
    // The first error is the one that counts.
  }
}

/** The iterator of a value, with V8's error for values that have none. `text` names it, when it was written. */
export function iterate(value: unknown, text: string | undefined): Iterator<unknown> {
  const method: unknown =
    value === null || value === undefined
      ? undefined
      : (value as Partial<Iterable<unknown>>)[Symbol.iterator];
  if (typeof method !== 'function') {
    const isLiteral = (value === null || value === undefined) && text === String(value);
    const words = isLiteral ? undefined : text;
    throw new TypeError(
      words === undefined
        ? `${described(value)} is not iterable (cannot read property Symbol(Symbol.iterator))`
        : `${words} is not iterable`,
    );
  }
  const iterator: unknown = Reflect.apply(method, value, []);
  if ((typeof iterator !== 'object' && typeof iterator !== 'function') || iterator === null) {
    throw new TypeError('Result of the Symbol.iterator method is not an object');
  }
  return iterator as Iterator<unknown>;
}

function described(value: unknown): string {
  if (value === undefined || typeof value === 'function') return typeof value;
  if (value === null) return 'object null';
  return typeof value === 'object' ? 'object' : `${typeof value} ${String(value)}`;
}
