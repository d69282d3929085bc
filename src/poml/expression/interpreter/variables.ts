import { getMember, setMember } from '../sandbox/members.ts';
import type { Compiler } from './compiler.ts';
import type { Place, StaticScope } from './static-scope.ts';
import { ABSENT, type Activation, type Env, type Run, UNSET } from './types.ts';
import { holderOf } from './with.ts';

/** Stores a value in a variable. */
export type Store = (env: Env, act: Activation, value: unknown) => void;

function undeclared(name: string): never {
  throw new ReferenceError(`${name} is not defined`);
}

function unset(name: string): never {
  throw new ReferenceError(`Cannot access '${name}' before initialization`);
}

function outer(env: Env, hops: number): Env {
  let at = env;
  for (let left = hops; left > 0; left--) at = at[0] as Env;
  return at;
}

/** A name that no scope of the expression declares: variables of the prompt, then globals. */
export function freeValue(act: Activation, name: string): unknown {
  const { realm, scope } = act;
  const value = scope.lookup(name, ABSENT);
  if (value !== ABSENT) return realm.admit(value);
  const { libraries } = scope;
  if (libraries !== undefined && Object.hasOwn(libraries, name))
    return realm.libraries.admit(realm, libraries[name]);
  // The variables are what the expression is called with.
  if (name === 'arguments')
    return argumentsObject(Object.values(scope.flatten()).map((item) => realm.admit(item)));
  return realm.lookup(name);
}

/** An `arguments` object of a call. */
export function argumentsObject(args: readonly unknown[]): unknown {
  return function make() {
    // biome-ignore lint/complexity/noArguments: a real arguments object is what the program asks for
    return arguments;
  }.apply(undefined, args as []);
}

function globalValue(act: Activation, name: string): unknown {
  const { libraries } = act.scope;
  if (name === 'arguments') return freeValue(act, name);
  if (libraries !== undefined && Object.hasOwn(libraries, name)) {
    return act.realm.libraries.admit(act.realm, libraries[name]);
  }
  return act.realm.lookup(name);
}

function freeSlot(compiler: Compiler, name: string): number | undefined {
  compiler.names.add(name);
  const { free } = compiler;
  if (free === undefined) return undefined;
  let slot = free.get(name);
  if (slot === undefined) {
    slot = free.size + 1;
    free.set(name, slot);
  }
  return slot;
}

/** How many environments lie between a scope and the outermost, which holds the free names. */
function depthOf(scope: StaticScope): number {
  let depth = 0;
  for (let at: StaticScope | undefined = scope; at !== undefined; at = at.parent) depth++;
  return depth;
}

/** Reads a variable; `absent` answers for a name that does not exist (default: a ReferenceError). */
export function readVariable(
  compiler: Compiler,
  scope: StaticScope,
  name: string,
  absent: (name: string) => unknown = undeclared,
): Run {
  const holder = holderOf(scope, name);
  const read = readDeclared(compiler, scope, name, absent);
  if (holder === undefined) return read;
  return (env, act) => {
    const object = holder(env, act);
    return object === undefined ? read(env, act) : getMember(act.realm, object, name);
  };
}

function readDeclared(
  compiler: Compiler,
  scope: StaticScope,
  name: string,
  absent: (name: string) => unknown,
): Run {
  const place = scope.resolve(name);
  if (place !== undefined) return readPlace(place, name);
  const slot = freeSlot(compiler, name);
  if (slot === undefined) {
    return (_env, act) => {
      const value = freeValue(act, name);
      return value === ABSENT ? absent(name) : value;
    };
  }
  const hops = depthOf(scope);
  return (env, act) => {
    const value = outer(env, hops)[slot];
    if (value !== ABSENT) return value;
    const found = globalValue(act, name);
    return found === ABSENT ? absent(name) : found;
  };
}

function readPlace({ hops, binding }: Place, name: string): Run {
  const { slot, kind } = binding;
  if (kind === 'param' || kind === 'var' || kind === 'function' || kind === 'self') {
    if (hops === 0) return (env) => env[slot];
    if (hops === 1) return (env) => (env[0] as Env)[slot];
    return (env) => outer(env, hops)[slot];
  }
  return (env) => {
    const value = outer(env, hops)[slot];
    return value === UNSET ? unset(name) : value;
  };
}

/** Assigns to a variable that exists already. */
export function assignVariable(compiler: Compiler, scope: StaticScope, name: string): Store {
  const holder = holderOf(scope, name);
  const assign = assignDeclared(compiler, scope, name);
  if (holder === undefined) return assign;
  return (env, act, value) => {
    const object = holder(env, act);
    if (object === undefined) assign(env, act, value);
    else setMember(act.realm, object, name, value, scope.strict);
  };
}

function assignDeclared(compiler: Compiler, scope: StaticScope, name: string): Store {
  const place = scope.resolve(name);
  if (place !== undefined) return assignPlace(place, name, scope.strict);
  const slot = freeSlot(compiler, name);
  const hops = depthOf(scope);
  const { strict } = scope;
  return (env, act, value) => {
    const root = outer(env, hops);
    if (slot !== undefined && root[slot] !== ABSENT) {
      root[slot] = value;
      return;
    }
    if (strict && globalValue(act, name) === ABSENT) undeclared(name);
    // Constants of the global object ignore the write.
    if (name === 'undefined' || name === 'NaN' || name === 'Infinity') return;
    act.realm.global[name] = value;
  };
}

function assignPlace({ hops, binding }: Place, name: string, strict: boolean): Store {
  const { slot, kind } = binding;
  if (kind === 'self') {
    return () => {
      if (strict) throw new TypeError('Assignment to constant variable.');
    };
  }
  const checked = kind === 'let' || kind === 'const' || kind === 'class';
  return (env, _act, value) => {
    const target = outer(env, hops);
    if (checked && target[slot] === UNSET) unset(name);
    if (kind === 'const') throw new TypeError('Assignment to constant variable.');
    target[slot] = value;
  };
}

/** Gives a declared variable its first value. */
export function initializeVariable(compiler: Compiler, scope: StaticScope, name: string): Store {
  const place = scope.resolve(name);
  if (place === undefined) return assignVariable(compiler, scope, name);
  const { hops, binding } = place;
  const { slot, kind } = binding;
  // What a `var` in a `with` statement is given may go to the object.
  if (kind === 'var' && hops > 0 && scope.dynamicHops(name).length > 0)
    return assignVariable(compiler, scope, name);
  if (hops === 0) {
    return (env, _act, value) => {
      env[slot] = value;
    };
  }
  return (env, _act, value) => {
    outer(env, hops)[slot] = value;
  };
}
