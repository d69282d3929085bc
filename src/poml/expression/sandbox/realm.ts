import { ExpressionBudgetError } from '../errors.ts';
import type { Bag, Callable } from '../interpreter/types.ts';
import { ABSENT } from '../interpreter/types.ts';
import { brand, recordOf } from './brand.ts';
import { BUILTINS } from './builtins.ts';
import { dateText } from './dates.ts';
import { functionText, withTexts } from './function-text.ts';
import type { Guard } from './guard.ts';
import { isForeignNative, refusal } from './guard.ts';
import { isMarkable, Libraries } from './libraries.ts';
import { measureText } from './measure.ts';
import { POLICY } from './policy.ts';
import { seededRandom } from './random.ts';

/** What `createRealm` takes. */
export interface RealmOptions {
  /** What `Date` takes for now, in milliseconds since 1970 (default: the real clock). */
  now?: number;
  /** Seed of `Math.random` (default: truly random). */
  seed?: number;
  /** Locale where an expression names none (default: the process's). */
  locale?: string;
  /** Time zone of dates, an IANA name (default: the process's). */
  timeZone?: string;
  /** Calls and loop rounds that all expressions together may take (default 5,000,000). */
  steps?: number;
  /** Nested calls (default 400). */
  depth?: number;
  /** Characters and list items that all expressions together may build (default 64 Mi). */
  allocation?: number;
  /** Run expressions with the real `new Function`, without sandbox and budgets (default `false`). */
  native?: boolean;
  /** Library objects that expressions may use, by name. */
  extra?: Record<string, unknown>;
  /** Property names of library objects that stay out of reach (default: those of Zod that make code). */
  deny?: readonly string[];
}

export const DEFAULT_STEPS = 5_000_000;
export const DEFAULT_DEPTH = 400;
export const DEFAULT_ALLOCATION = 64 * 1024 * 1024;

/** What all expressions of one render share: budgets, clock, randomness, locale, and the global object. */
export class Realm {
  readonly now: number | undefined;
  readonly locale: string | undefined;
  readonly timeZone: string | undefined;
  readonly native: boolean;
  readonly extra: Record<string, unknown> | undefined;
  /** The global object of programs: `globalThis`, and `this` of plain calls. Holds what sloppy assignment creates. */
  readonly global: Bag = {};
  readonly libraries: Libraries;
  readonly random: () => number;
  /** Whether a program has defined a getter, so that looking at its objects may run code. */
  accessors = false;
  /** Milliseconds that risky regular expressions have taken. */
  regexTime = 0;
  /** Calls that are running. */
  depth = 0;
  private readonly stepLimit: number;
  private readonly depthLimit: number;
  private readonly allocationLimit: number;
  private stepsLeft: number;
  private allocationLeft: number;
  private ended: ExpressionBudgetError | undefined;
  // Made when needed, as most expressions need neither.
  private wrappers: Map<Callable, Callable> | undefined = undefined;
  private madeSymbols: Map<string, symbol> | undefined = undefined;

  constructor(options: RealmOptions) {
    this.now = options.now;
    this.locale = options.locale;
    this.timeZone = options.timeZone;
    this.native = options.native ?? false;
    this.extra = options.extra;
    this.libraries = new Libraries(options.deny);
    this.stepLimit = options.steps ?? DEFAULT_STEPS;
    this.depthLimit = options.depth ?? DEFAULT_DEPTH;
    this.allocationLimit = options.allocation ?? DEFAULT_ALLOCATION;
    this.stepsLeft = this.stepLimit;
    this.allocationLeft = this.allocationLimit;
    this.random = options.seed === undefined ? Math.random : seededRandom(options.seed);
  }

  /** Symbols of `Symbol.for`, so that a program cannot meet the host's. */
  get symbols(): Map<string, symbol> {
    this.madeSymbols ??= new Map();
    return this.madeSymbols;
  }

  /** Pays for a call, a loop round, or work of a built-in. */
  step(count = 1): void {
    this.stepsLeft -= count;
    if (this.stepsLeft < 0) throw this.spent();
  }

  /** Ends all programs of the render: what is still to run, for example after a promise, fails at its first step. */
  end(error: ExpressionBudgetError): ExpressionBudgetError {
    this.stepsLeft = -1;
    this.ended ??= error;
    return error;
  }

  private spent(): ExpressionBudgetError {
    return this.ended ?? this.end(new ExpressionBudgetError('steps', this.stepLimit));
  }

  /** Pays for a call that is about to run; the caller lowers `depth` again. */
  enter(): void {
    if (--this.stepsLeft < 0) throw this.spent();
    if (++this.depth > this.depthLimit) {
      this.depth--;
      throw new ExpressionBudgetError('depth', this.depthLimit);
    }
  }

  /** Pays for characters or list items before they are made. */
  allocate(count: number): void {
    // Small values are covered by the steps that make them.
    if (!(count > 256)) return;
    if (count > this.allocationLeft) throw new ExpressionBudgetError('allocation', this.allocationLimit);
    this.allocationLeft -= count;
  }

  /** How much may still be allocated. */
  get room(): number {
    return Math.max(0, this.allocationLeft);
  }

  /** A global by name, or `ABSENT`. */
  lookup(name: string): unknown {
    if (this.extra !== undefined && Object.hasOwn(this.extra, name)) {
      return this.libraries.admit(this, this.extra[name]);
    }
    if (Object.hasOwn(this.global, name)) return this.global[name];
    const builtin = BUILTINS.get(name);
    if (builtin !== undefined) return this.admit(builtin(this));
    return name in this.global ? this.admit(this.global[name]) : ABSENT;
  }

  /** A value as a program may hold it: functions of the host that could do harm are replaced by guarded ones. */
  admit(value: unknown): unknown {
    return typeof value === 'function' ? this.admitFunction(value as Callable) : value;
  }

  private admitFunction(value: Callable): Callable {
    if (recordOf(value) !== undefined) return value;
    const policy = POLICY.get(value);
    if (policy === 'safe') return value;
    this.wrappers ??= new Map();
    const known = this.wrappers.get(value);
    if (known !== undefined) return known;
    const wrapper =
      policy !== undefined
        ? this.wrap(value, policy)
        : isForeignNative(value)
          ? this.wrap(value, refusal(value.name))
          : value;
    this.wrappers.set(value, wrapper);
    return wrapper;
  }

  private wrap(value: Callable, guard: Guard): Callable {
    const realm = this;
    const { name, length } = value;
    const { call, construct } = guard;
    let wrapper: Callable;
    if (construct === undefined) {
      wrapper = {
        method(this: unknown, ...args: unknown[]) {
          return call(realm, this, args);
        },
      }.method;
    } else {
      const made = function (this: unknown, ...args: unknown[]): unknown {
        if (new.target === undefined) return call(realm, this, args);
        return construct(
          realm,
          args,
          (new.target === (made as unknown) ? value : new.target) as unknown as NewTarget,
        );
      };
      made.prototype = value.prototype;
      Object.defineProperty(made, 'prototype', { writable: false });
      // What makes a text of its arguments by itself would show the lines above.
      Object.defineProperty(made, 'toString', { value: TO_STRING, configurable: true, writable: true });
      for (const key of guard.statics ?? []) {
        const own =
          Object.getOwnPropertyDescriptor(value, key) ??
          Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) as object, key);
        Object.defineProperty(made, key, { ...own, configurable: true });
      }
      wrapper = made as Callable;
    }
    Object.defineProperty(wrapper, 'name', { value: name, configurable: true });
    Object.defineProperty(wrapper, 'length', { value: length, configurable: true });
    return brand(wrapper, {
      kind: 'guard',
      name,
      length,
      text: () => `function ${name}() { [native code] }`,
    });
  }

  /** Calls any function of a program or the host, guarded. */
  call(target: Callable, self: unknown, args: readonly unknown[]): unknown {
    if (recordOf(target) === undefined) {
      const policy = POLICY.get(target);
      if (policy === undefined) {
        if (this.libraries.active) this.libraries.check(target);
        const admitted = this.admitFunction(target);
        const result = Reflect.apply(admitted, self, args as never[]);
        return this.fromHost(result, self, target);
      }
      if (policy !== 'safe') return this.ownGlobal(policy.call(this, self, args));
    }
    return this.ownGlobal(Reflect.apply(target, self, args as never[]));
  }

  /** A function of the context that gives its `this` gives the host's global object when it is called without one. */
  private ownGlobal(result: unknown): unknown {
    return result === globalThis ? this.global : result;
  }

  /** Constructs; `target` must be a constructor. */
  construct(target: Callable, args: readonly unknown[], newTarget: unknown = target): unknown {
    const admitted = this.admitFunction(target) as unknown as NewTarget;
    return Reflect.construct(admitted, args, newTarget === target ? admitted : (newTarget as NewTarget));
  }

  /** A function bound by a program. */
  bound(made: Callable, target: Callable, given: number): Callable {
    const record = recordOf(target);
    const name = `bound ${record?.name ?? target.name}`;
    const length = Math.max(0, (record?.length ?? target.length) - Math.max(0, given));
    return brand(made, { kind: 'program', name, length, text: () => 'function () { [native code] }' });
  }

  /** Options of a date format with the pinned time zone filled in. */
  dateOptions(options: unknown): unknown {
    if (this.timeZone === undefined) return options;
    const { timeZone } = this;
    if (options === undefined) return { timeZone };
    if (typeof options !== 'object' || options === null) return options;
    return (options as { timeZone?: unknown }).timeZone === undefined
      ? Object.assign(Object.create(options) as object, { timeZone })
      : options;
  }

  /** An object as text: functions and dates need more than the engine knows of them. */
  text(value: unknown): unknown {
    if (typeof value === 'function') return functionText(value as Callable);
    if (Array.isArray(value)) {
      measureText(this, value, 1);
      const list = withTexts(value);
      return list === value || Object.hasOwn(value, 'join') ? value : list;
    }
    if (value instanceof Date && this.timeZone !== undefined)
      return dateText(value, this.timeZone, this.locale);
    return value;
  }

  private fromHost(result: unknown, self: unknown, target: Callable): unknown {
    if (result === globalThis) return this.global;
    if (
      this.libraries.active &&
      isMarkable(result) &&
      (this.libraries.has(self) || this.libraries.has(target))
    ) {
      this.libraries.mark(result);
    }
    return this.admit(result);
  }
}

/** `toString` of constructors; classes of a program that extend one inherit it. */
const TO_STRING = brand(
  {
    toString(this: Callable): string {
      return functionText(this);
    },
  }.toString as Callable,
  { kind: 'guard', name: 'toString', length: 0, text: () => 'function toString() { [native code] }' },
);

type NewTarget = abstract new (...args: unknown[]) => unknown;

/**
 * The surroundings of one render. Cheap to make: nothing is built before it is used.
 *
 * @example
 * const realm = createRealm({ now: Date.UTC(2025, 0, 1), seed: 1, locale: 'en-US', timeZone: 'UTC' });
 * compileExpression('new Date().getTime()').evaluate(new Scope({}), realm); // 1735689600000
 */
export function createRealm(options: RealmOptions): Realm {
  return new Realm(options);
}
