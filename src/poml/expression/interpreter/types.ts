import type { Realm } from '../sandbox/realm.ts';
import type { Scope } from '../scope.ts';

/** An object seen as a table of its properties. */
export type Bag = Record<PropertyKey, unknown>;

/** Any function. The program's values are untyped, so calls go through `Reflect.apply`. */
export type Callable = (...args: never[]) => unknown;

/** The variables of one scope at run time; slot 0 holds the enclosing scope's. */
export type Env = unknown[];

/** What one running function (or the expression itself) has besides its variables. */
export interface Activation {
  readonly realm: Realm;
  readonly scope: Scope;
  /** `this`; `UNSET` in a derived constructor before `super()`. */
  self: unknown;
  readonly args: readonly unknown[];
  readonly callee: object | undefined;
  readonly newTarget: unknown;
  /** The object whose prototype `super` refers to. */
  readonly home: object | undefined;
  /** Runs the field initializers of a derived class after `super()`. */
  readonly initialize: ((self: object) => void) | undefined;
}

/** A compiled expression. */
export type Run = (env: Env, act: Activation) => unknown;

/** How a statement ended when not by reaching its end. */
export interface Completion {
  readonly kind: 'break' | 'continue' | 'return';
  readonly label: string | undefined;
  readonly value: unknown;
}

/** A compiled statement. */
export type Execute = (env: Env, act: Activation) => Completion | undefined;

/** A compiled expression or statement that contains `yield` or `await`. */
export type Suspendable<T = unknown> = (env: Env, act: Activation) => Generator<unknown, T, unknown>;

/** Content of a slot whose `let`, `const` or `class` has not run yet, or of `this` before `super()`. */
export const UNSET: unique symbol = Symbol('unset');

/** Answer of a lookup: there is no such name. */
export const ABSENT: unique symbol = Symbol('absent');
