import type { Callable } from '../interpreter/types.ts';
import type { Realm } from './realm.ts';

/** How a function of the host runs when a program calls it. */
export interface Guard {
  readonly call: (realm: Realm, self: unknown, args: readonly unknown[]) => unknown;
  /** For constructors. `newTarget` is the host's own constructor unless a program's class extends it. */
  readonly construct?: (
    realm: Realm,
    args: readonly unknown[],
    newTarget: abstract new (...args: unknown[]) => unknown,
  ) => unknown;
  /** Static members that the stand-in has too; read values are guarded again. */
  readonly statics?: readonly PropertyKey[];
}

/** `safe`: may be called as it is, with any `this` and arguments. */
export type Policy = 'safe' | Guard;

/** A function that exists, so that comparing and `typeof` work, but cannot be called. */
export function refusal(name: string): Guard {
  const refuse = (): never => {
    throw new TypeError(`${name || 'This function'} is not available in expressions`);
  };
  return { call: refuse, construct: refuse };
}

const toText = Function.prototype.toString;

/**
 * Whether a function is the host's own and not one that somebody put into the context. Functions without a name
 * are no intrinsics but made for one object: `format` of a number format, the `resolve` of a promise.
 */
export function isForeignNative(value: Callable): boolean {
  if (value.name === '' && !Object.hasOwn(value, 'prototype')) return false;
  return isNative(value);
}

/** Whether a function is written in no JavaScript. */
export function isNative(value: Callable): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Reflect.apply(toText, value, []));
}
