import type { Callable } from '../interpreter/types.ts';
import type { Guard, Policy } from './guard.ts';
import type { Realm } from './realm.ts';

/** The rules by function of the host, while they are being collected. */
export class PolicyTable {
  readonly policies = new Map<Callable, Policy>();

  /** Functions that are harmless with any `this` and arguments. Names are separated by blanks. */
  safe(holder: object, names: string): this {
    for (const name of names.split(' ')) {
      const method = methodOf(holder, name);
      if (method) this.policies.set(method, 'safe');
    }
    return this;
  }

  /** A method that runs through a check. */
  method(holder: object, names: string, make: (native: Callable, name: string) => Guard['call']): this {
    for (const name of names.split(' ')) {
      const native = methodOf(holder, name);
      if (native) this.policies.set(native, { call: make(native, name) });
    }
    return this;
  }

  /** One function with its rule; nothing when this version of Node lacks it. */
  set(native: unknown, policy: Policy): this {
    if (typeof native === 'function') this.policies.set(native as Callable, policy);
    return this;
  }
}

/** The function under a name, `@@name` for a well-known symbol, `get name` for a getter. */
export function methodOf(holder: object, name: string): Callable | undefined {
  const key = name.startsWith('@@') ? (Symbol as unknown as Record<string, symbol>)[name.slice(2)] : name;
  if (key === undefined) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
  return typeof value === 'function' ? (value as Callable) : undefined;
}

/** Runs a function of the host. */
export function run(native: Callable, self: unknown, args: readonly unknown[]): unknown {
  return Reflect.apply(native, self, args as never[]);
}

/** For functions that are harmless but for what they call: see `Realm.callback`. */
export function plainly(native: Callable): Guard['call'] {
  return (_realm, self, args) => run(native, self, args);
}

/** Items that come out of an iterable, each one paid. `cost`: places of a list that take as much as what is made. */
export function* paid(realm: Realm, items: Iterable<unknown>, cost = 1): Generator<unknown> {
  let count = 0;
  for (const item of items) {
    realm.step();
    if ((++count & 255) === 0) realm.allocate(257 * cost);
    yield item;
  }
}

/** What a function takes that goes through an iterable: lists paid at once, the rest item by item. */
export function paidItems(realm: Realm, items: unknown, cost = 1): unknown {
  if (typeof items === 'string' || Array.isArray(items)) {
    payWork(realm, items.length * cost);
    realm.allocate(items.length * cost);
    return items;
  }
  if ((typeof items !== 'object' && typeof items !== 'function') || items === null) return items;
  return typeof (items as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
    ? paid(realm, items as Iterable<unknown>, cost)
    : items;
}

/** For functions whose first argument is gone through. */
export function consuming(native: Callable): Guard['call'] {
  return (realm, self, args) => run(native, self, [paidItems(realm, args[0]), ...args.slice(1)]);
}

/** What a group takes, a list under a name, in places of a list: each item may be one of its own. */
const GROUP_COST = 24;

/** For functions that put the items of their first argument into groups. */
export function grouping(native: Callable): Guard['call'] {
  return (realm, self, args) => run(native, self, [paidItems(realm, args[0], GROUP_COST), ...args.slice(1)]);
}

/** For functions that make a text about as long as the one they are given. */
export function copying(native: Callable): Guard['call'] {
  return (realm, self, args) => {
    const text = `${args[0] as string}`;
    payWork(realm, text.length);
    realm.allocate(text.length);
    return run(native, self, args.length === 0 ? args : [text]);
  };
}

/** Pays for work that grows with a size. */
export function payWork(realm: Realm, size: number): void {
  if (size > 1024) realm.step(Math.ceil(size / 16));
}
