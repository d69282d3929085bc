import { ExpressionBudgetError } from '../errors.ts';
import type { Bag, Callable } from '../interpreter/types.ts';
import { ABSENT } from '../interpreter/types.ts';
import { brand, recordOf } from './brand.ts';
import { BUILTINS } from './builtins.ts';
import { dateText } from './dates.ts';
import { functionText, withTexts } from './function-text.ts';
import type { Guard } from './guard.ts';
import { isForeignNative, isNative, refusal } from './guard.ts';
import { isMarkable, Libraries } from './libraries.ts';
import { measureText } from './measure.ts';
import { KEEPING, POLICY } from './policy.ts';
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
  /** Seconds that one expression may run for (default 60). Steps end before that, unless each takes very long. */
  time?: number;
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
export const DEFAULT_TIME = 60;

/** Steps between two looks at the clock. */
const STEPS_BETWEEN_LOOKS = 1024;

/** Longer lists the engine keeps as a table of what is in them, which takes some ten times the memory of a list. */
const MOST_DENSE = 2 ** 25;
const TABLE_COST = 10;

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
  /** Which evaluation of the render this is. */
  evaluation = 0;
  private readonly stepLimit: number;
  private readonly depthLimit: number;
  private readonly allocationLimit: number;
  private readonly timeLimit: number;
  private stepsLeft: number;
  /** At how many steps left something is to be looked at: the end of the steps, or the clock. */
  private nextLook: number;
  private timed = -1;
  private startedAt = 0;
  private allocationLeft: number;
  private ended: ExpressionBudgetError | undefined;
  // Made when needed, as most expressions need neither.
  private wrappers: Map<Callable, Callable> | undefined = undefined;
  private callbacks: WeakMap<Callable, Callable> | undefined = undefined;
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
    this.timeLimit = options.time ?? DEFAULT_TIME;
    this.stepsLeft = this.stepLimit;
    this.nextLook = Math.max(0, this.stepLimit - STEPS_BETWEEN_LOOKS);
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
    if (this.stepsLeft < this.nextLook) this.look();
  }

  /** @throws ExpressionBudgetError when steps or time are over */
  private look(): void {
    if (this.stepsLeft < 0) throw this.spent();
    this.nextLook = Math.max(0, this.stepsLeft - STEPS_BETWEEN_LOOKS);
    const now = performance.now();
    if (this.timed !== this.evaluation) {
      this.timed = this.evaluation;
      this.startedAt = now;
    } else if (now - this.startedAt > this.timeLimit * 1000) {
      throw this.end(new ExpressionBudgetError('time', this.timeLimit));
    }
  }

  /** Ends all programs of the render: what is still to run, for example after a promise, fails at its first step. */
  end(error: ExpressionBudgetError): ExpressionBudgetError {
    this.stepsLeft = -1;
    this.nextLook = 0;
    this.ended ??= error;
    return error;
  }

  private spent(): ExpressionBudgetError {
    return this.ended ?? this.end(new ExpressionBudgetError('steps', this.stepLimit));
  }

  /** Pays for a call that is about to run; the caller lowers `depth` again. */
  enter(): void {
    if (--this.stepsLeft < this.nextLook) this.look();
    if (++this.depth > this.depthLimit) {
      this.depth--;
      throw new ExpressionBudgetError('depth', this.depthLimit);
    }
  }

  /** Pays for characters or list items before they are made. */
  allocate(count: number): void {
    // Small texts are covered by the steps that make them.
    if (count > 256) this.take(count);
  }

  private take(count: number): void {
    if (count > this.allocationLeft) throw new ExpressionBudgetError('allocation', this.allocationLimit);
    this.allocationLeft -= count;
  }

  /** Pays for the places of a list before it is made. */
  allocateList(length: number): void {
    if (length > 0) this.take(length > MOST_DENSE ? length * TABLE_COST : length);
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
          return call(realm, this, realm.given(value, args));
        },
      }.method;
    } else {
      const made = function (this: unknown, ...args: unknown[]): unknown {
        const given = realm.given(value, args);
        if (new.target === undefined) return call(realm, this, given);
        return construct(
          realm,
          given,
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
    if (recordOf(target) !== undefined) return this.ownGlobal(Reflect.apply(target, self, args as never[]));
    const policy = POLICY.get(target);
    const given = this.given(target, args);
    if (policy === undefined) {
      if (this.libraries.active) this.libraries.check(target);
      const result = Reflect.apply(this.admitFunction(target), self ?? this.global, given as never[]);
      return this.fromHost(result, self, target);
    }
    const result =
      policy === 'safe' ? Reflect.apply(target, self, given as never[]) : policy.call(this, self, given);
    return this.ownGlobal(result);
  }

  /** What a function of the host is given: functions that it may call, and not the host's global object. */
  given(target: Callable, args: readonly unknown[]): readonly unknown[] {
    for (let index = 0; index < args.length; index++) {
      const value = args[index];
      if ((typeof value === 'function' && recordOf(value) === undefined) || value === globalThis) {
        return KEEPING.has(target) ? args : args.map((item) => this.ownGlobal(this.callback(item)));
      }
    }
    return args;
  }

  /**
   * A function as built-ins may call it. They give no `this` to one of the context, which in sloppy code is the host's
   * global object then: it is given that of the program.
   */
  callback(value: unknown): unknown {
    if (typeof value !== 'function') return value;
    const made = this.admitFunction(value as Callable);
    if (recordOf(made) !== undefined || POLICY.has(made)) return made;
    this.callbacks ??= new WeakMap();
    const known = this.callbacks.get(made);
    if (known !== undefined) return known;
    // Everything but calling it goes to the function itself. What has no sloppy code needs none of this.
    const callback = isNative(made)
      ? made
      : brand(new Proxy(made, { apply: (target, self, args: unknown[]) => this.call(target, self, args) }), {
          kind: 'guard',
          name: made.name,
          length: made.length,
          text: () => functionText(made),
        });
    this.callbacks.set(made, callback);
    return callback;
  }

  /** A function of the context that gives its `this` gives the host's global object when it is called without one. */
  private ownGlobal(result: unknown): unknown {
    return result === globalThis ? this.global : result;
  }

  /** Constructs; `target` must be a constructor. */
  construct(target: Callable, args: readonly unknown[], newTarget: unknown = target): unknown {
    const admitted = this.admitFunction(target) as unknown as NewTarget;
    const given = recordOf(target) === undefined ? this.given(target, args) : args;
    return Reflect.construct(admitted, given, newTarget === target ? admitted : (newTarget as NewTarget));
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
