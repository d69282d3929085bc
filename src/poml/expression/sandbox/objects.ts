import type { Bag, Callable } from '../interpreter/types.ts';
import { functionText } from './function-text.ts';
import type { Guard } from './guard.ts';
import { isProtected } from './intrinsics.ts';
import type { Realm } from './realm.ts';
import { consuming, grouping, type PolicyTable, payWork, run } from './table.ts';

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** @throws TypeError when the object belongs to the host */
export function forbidWrite(realm: Realm, value: unknown): void {
  if (!isObject(value)) return;
  if (isProtected(value) || (realm.libraries.active && realm.libraries.has(value))) {
    throw new TypeError('Built-in objects cannot be changed in expressions');
  }
}

/** Methods that change their first argument. */
function changer(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    forbidWrite(realm, args[0]);
    realm.accessors = true;
    for (const source of args.slice(1)) {
      forbidListing(realm, source);
      if (name === 'assign') payCopy(realm, source);
    }
    return run(native, self, args);
  };
}

/** Library objects are not listed: that would hand out their inner parts. */
export function forbidListing(realm: Realm, value: unknown): void {
  if (realm.libraries.active && realm.libraries.has(value)) {
    throw new TypeError('The parts of a library cannot be listed in expressions');
  }
}

/** Whether reading all values of an object may give functions of the host as they are. */
function isHost(value: unknown): boolean {
  return isObject(value) && isProtected(value);
}

/** Values of an object, functions guarded when it is the host's. */
function values(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    const [object] = args;
    forbidListing(realm, object);
    if (typeof object === 'string' || Array.isArray(object)) payWork(realm, object.length);
    const list = run(native, self, args) as unknown[];
    realm.allocate(list.length);
    if (!isHost(object)) return list;
    return name === 'values'
      ? list.map((value) => realm.admit(value))
      : (list as [string, unknown][]).map(([key, value]) => [key, realm.admit(value)]);
  };
}

function names(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    const [object] = args;
    if (typeof object === 'string' || Array.isArray(object)) realm.allocate(object.length * 4);
    const list = run(native, self, args) as string[];
    payWork(realm, list.length);
    realm.allocate(list.length);
    return list;
  };
}

/** Pays for what `Object.assign` and spreading take from an object. */
export function payCopy(realm: Realm, source: unknown): void {
  if (typeof source !== 'string' && (typeof source !== 'object' || source === null)) return;
  const length =
    typeof source === 'string' || Array.isArray(source) ? source.length : Object.keys(source).length;
  payWork(realm, length);
  realm.allocate(length);
}

/** The stack of an error tells where the host's own code lies. */
function hideStack(object: unknown, stack: PropertyDescriptor | undefined): void {
  if (object instanceof Error && typeof stack?.value === 'string')
    stack.value = `${object.name}: ${object.message}`;
}

function admitDescriptor(
  realm: Realm,
  descriptor: PropertyDescriptor | undefined,
): PropertyDescriptor | undefined {
  if (descriptor === undefined) return undefined;
  for (const key of ['value', 'get', 'set'] as const) {
    if (key in descriptor) descriptor[key] = realm.admit(descriptor[key]) as never;
  }
  return descriptor;
}

/** Own symbols of the program's objects. Objects of Node keep their inner state under symbols. */
function ownSymbols(object: object): symbol[] {
  const wellKnown = new Set<unknown>(
    Object.values(Object.getOwnPropertyDescriptors(Symbol)).map(({ value }) => value as unknown),
  );
  const symbols = Object.getOwnPropertySymbols(object);
  return isNodeObject(object) ? symbols.filter((symbol) => wellKnown.has(symbol)) : symbols;
}

function isNodeObject(object: object): boolean {
  return object instanceof URL || object instanceof URLSearchParams || ArrayBuffer.isView(object);
}

/** Rules for `Object` and what every object inherits. */
export function objectPolicies(table: PolicyTable): void {
  const { prototype } = Object;
  table
    .set(Object, 'safe')
    .safe(Object, 'is hasOwn isExtensible isFrozen isSealed')
    .method(Object, 'fromEntries', consuming)
    .method(Object, 'groupBy', grouping)
    .method(Object, 'keys getOwnPropertyNames', names)
    .method(
      Object,
      'assign defineProperty defineProperties setPrototypeOf freeze seal preventExtensions',
      changer,
    )
    .method(Object, 'create', (native) => (realm, self, args) => {
      if (args[1] !== undefined) realm.accessors = true;
      return run(native, self, args);
    })
    .method(Object, 'values entries', values)
    .method(Object, 'getPrototypeOf', (native) => (realm, self, args) => realm.admit(run(native, self, args)))
    .method(
      Object,
      'getOwnPropertySymbols',
      (native) => (_realm, self, args) => (isObject(args[0]) ? ownSymbols(args[0]) : run(native, self, args)),
    )
    .method(Object, 'getOwnPropertyDescriptor', (native) => (realm, self, args) => {
      forbidListing(realm, args[0]);
      const descriptor = run(native, self, args) as PropertyDescriptor | undefined;
      if (args[1] === 'stack') hideStack(args[0], descriptor);
      return admitDescriptor(realm, descriptor);
    })
    .method(Object, 'getOwnPropertyDescriptors', (native) => (realm, self, args) => {
      forbidListing(realm, args[0]);
      for (let copies = 0; copies < 8; copies++) payCopy(realm, args[0]);
      const all = run(native, self, args) as Record<PropertyKey, PropertyDescriptor>;
      hideStack(args[0], all.stack);
      for (const key of Reflect.ownKeys(all)) admitDescriptor(realm, all[key]);
      return all;
    })
    .safe(prototype, 'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf')
    .method(
      prototype,
      'toLocaleString',
      (native) => (_realm, self, args) =>
        typeof self === 'function' ? functionText(self as Callable) : run(native, self, args),
    )
    .method(prototype, '__defineGetter__ __defineSetter__', (native) => (realm, self, args) => {
      forbidWrite(realm, self);
      realm.accessors = true;
      return run(native, self, args);
    })
    .method(
      prototype,
      '__lookupGetter__ __lookupSetter__',
      (native) => (realm, self, args) => realm.admit(run(native, self, args)),
    );
  functionPolicies(table);
}

/** Arguments that a call may be given through `apply`. */
const MOST_ARGUMENTS = 100_000;

function functionPolicies(table: PolicyTable): void {
  const { prototype } = Function;
  table
    .set(prototype, 'safe')
    .method(
      prototype,
      'call',
      () => (realm, self, args) => realm.call(callable(self, 'call'), args[0], args.slice(1)),
    )
    .method(prototype, 'apply', (native) => (realm, self, args) => {
      const target = callable(self, 'apply');
      const [receiver, list] = args;
      const length = isObject(list) ? Number((list as Bag).length) : 0;
      if (length > MOST_ARGUMENTS) throw new RangeError('Maximum call stack size exceeded');
      payWork(realm, length);
      if (length > 0) realm.allocate(length);
      return run(native, realm.callback(target), [receiver, list]);
    })
    .method(prototype, 'bind', (native) => (realm, self, args) => {
      const target = callable(self, 'bind');
      return realm.bound(run(native, realm.callback(target), args) as Callable, target, args.length - 1);
    })
    .method(
      prototype,
      'toString',
      (native) => (_realm, self, args) =>
        typeof self === 'function' ? functionText(self as Callable) : run(native, self, args),
    )
    .safe(prototype, '@@hasInstance');
}

function callable(value: unknown, name: string): Callable {
  if (typeof value !== 'function') {
    throw new TypeError(`Function.prototype.${name} was called on ${String(value)}, which is not a function`);
  }
  return value as Callable;
}
