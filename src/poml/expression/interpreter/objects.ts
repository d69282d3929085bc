import type * as Acorn from 'acorn';
import type { Compiler } from './compiler.ts';
import { makeFunction } from './functions.ts';
import { compileKey, spreadProperties } from './patterns.ts';
import type { StaticScope } from './static-scope.ts';
import type { Activation, Bag, Env, Run } from './types.ts';

type Fill = (env: Env, act: Activation, target: Bag) => void;

/** Compiles an object literal. */
export function compileObject(node: Acorn.ObjectExpression, compiler: Compiler, scope: StaticScope): Run {
  const careful = node.properties.some(
    (property) =>
      property.type === 'Property' &&
      (property.kind !== 'init' || property.computed || isPrototype(property)),
  );
  const [first] = node.properties;
  if (first?.type === 'SpreadElement') {
    const start = compiler.expression(first.argument, scope);
    const fills = node.properties
      .slice(1)
      .map((property) => compileProperty(property, compiler, scope, careful));
    return (env, act) => {
      const target = spreadProperties(act.realm, start(env, act));
      for (const fill of fills) fill(env, act, target);
      return target;
    };
  }
  const fills = node.properties.map((property) => compileProperty(property, compiler, scope, careful));
  return (env, act) => {
    const target: Bag = {};
    for (const fill of fills) fill(env, act, target);
    return target;
  };
}

/** `__proto__: value`, which sets the prototype. */
function isPrototype(property: Acorn.Property): boolean {
  if (property.computed || property.shorthand || property.method) return false;
  const { key } = property;
  return (
    (key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : undefined) === '__proto__'
  );
}

/** Makes an own property, whatever setters the prototype has. */
export function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function compileProperty(
  property: Acorn.Property | Acorn.SpreadElement,
  compiler: Compiler,
  scope: StaticScope,
  careful: boolean,
): Fill {
  if (property.type === 'SpreadElement') {
    const spread = compiler.expression(property.argument, scope);
    return (env, act, target) => {
      const copy = spreadProperties(act.realm, spread(env, act));
      for (const key of Reflect.ownKeys(copy)) define(target, key, copy[key]);
    };
  }
  const { value } = property;
  if (isPrototype(property)) {
    const prototype = compiler.expression(value, scope);
    return (env, act, target) => {
      const made = prototype(env, act);
      if (typeof made === 'object' || typeof made === 'function') Object.setPrototypeOf(target, made);
    };
  }
  const { constant, run: key } = compileKey(property, compiler, scope);
  if (property.kind !== 'init' || property.method) {
    const kind = property.kind === 'init' ? 'method' : property.kind;
    const make = makeFunction(value as Acorn.FunctionExpression, compiler, scope, {
      kind: 'method',
      start: property.start,
      name: constant === undefined ? undefined : nameOf(constant, kind),
    });
    return (env, act, target) => {
      const at = key(env, act);
      const made = make(env, act, target, constant === undefined ? nameOf(at, kind) : undefined);
      if (kind === 'method') define(target, at, made);
      else act.realm.accessors = true;
      if (kind !== 'method')
        Object.defineProperty(target, at, { [kind]: made, enumerable: true, configurable: true });
    };
  }
  if (constant !== undefined && constant !== '__proto__') {
    const item = compiler.expression(value, scope, String(constant));
    if (careful) return (env, act, target) => define(target, constant, item(env, act));
    return (env, act, target) => {
      target[constant] = item(env, act);
    };
  }
  if (isAnonymousFunction(value)) {
    const make = makeFunction(value, compiler, scope, { kind: undefined, name: undefined });
    return (env, act, target) => {
      const at = key(env, act);
      const made = make(env, act, undefined, nameOf(at, 'method'));
      define(target, at, made);
    };
  }
  const item = compiler.expression(value, scope);
  return (env, act, target) => {
    const at = key(env, act);
    define(target, at, item(env, act));
  };
}

function isAnonymousFunction(
  node: Acorn.Expression,
): node is Acorn.ArrowFunctionExpression | Acorn.FunctionExpression {
  return node.type === 'ArrowFunctionExpression' || (node.type === 'FunctionExpression' && !node.id);
}

/** The name of a function under a key. */
export function nameOf(key: PropertyKey, kind: string): string {
  const name =
    typeof key === 'symbol' ? (key.description === undefined ? '' : `[${key.description}]`) : String(key);
  return kind === 'method' ? name : `${kind} ${name}`;
}
