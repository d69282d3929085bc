import type { Callable } from '../interpreter/types.ts';
import { bigIntSize } from './big.ts';
import { functionText } from './function-text.ts';
import { refusal } from './guard.ts';
import {
  ASYNC_GENERATOR_PROTOTYPE,
  ASYNC_ITERATOR_PROTOTYPE,
  CODE_MAKERS,
  GENERATOR_PROTOTYPE,
  ITERATOR_PROTOTYPE,
  protectSegments,
} from './intrinsics.ts';
import { measureText } from './measure.ts';
import type { Realm } from './realm.ts';
import { methodOf, type PolicyTable, payWork, run } from './table.ts';

const MATH =
  'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround f16round hypot imul ' +
  'log log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc sumPrecise';

/** Rules for numbers, booleans, symbols, big integers and `Math`. */
export function scalarPolicies(table: PolicyTable): void {
  table
    .safe(Math, MATH)
    .set(Math.random, { call: (realm) => realm.random() })
    .set(Number, 'safe')
    .safe(Number, 'isFinite isInteger isNaN isSafeInteger parseFloat parseInt')
    .safe(Number.prototype, 'toString toFixed toPrecision toExponential valueOf')
    .set(Boolean, 'safe')
    .safe(Boolean.prototype, 'toString valueOf')
    .safe(Symbol.prototype, 'toString valueOf @@toPrimitive')
    .set(Symbol, {
      call: (_realm, _self, args) => Symbol(args[0] as string | undefined),
      construct() {
        throw new TypeError('Symbol is not a constructor');
      },
      statics: Reflect.ownKeys(Symbol).filter(
        (key) => !['length', 'name', 'prototype'].includes(key as string),
      ),
    })
    .set(Symbol.for, {
      call(realm, _self, args) {
        const key = String(args[0]);
        const known = realm.symbols.get(key) ?? Symbol(key);
        realm.symbols.set(key, known);
        return known;
      },
    })
    .set(Symbol.keyFor, {
      call(realm, _self, args) {
        for (const [key, symbol] of realm.symbols) if (symbol === args[0]) return key;
        return undefined;
      },
    })
    .set(BigInt, {
      call(realm, _self, args) {
        if (typeof args[0] === 'string') payWork(realm, args[0].length ** 2);
        return BigInt(args[0] as string);
      },
      construct() {
        throw new TypeError('BigInt is not a constructor');
      },
      statics: ['asIntN', 'asUintN'],
    })
    .method(BigInt, 'asIntN asUintN', (native) => (realm, self, args) => {
      realm.allocate(Number(args[0]) / 8);
      return run(native, self, args);
    })
    .method(BigInt.prototype, 'toString', (native) => (realm, self, args) => {
      if (typeof self === 'bigint') payWork(realm, bigIntSize(self));
      return run(native, self, args);
    })
    .safe(BigInt.prototype, 'valueOf')
    .set(String, {
      call: (realm, _self, args) => (args.length === 0 ? '' : stringOf(realm, args[0])),
      construct: (_realm, args, newTarget) => Reflect.construct(String, args, newTarget),
      statics: ['fromCharCode', 'fromCodePoint', 'raw'],
    });
  for (const { prototype } of [Number, BigInt]) {
    table.method(
      prototype,
      'toLocaleString',
      (native) => (realm, self, args) => run(native, self, [args[0] ?? realm.locale, args[1]]),
    );
  }
  for (const name of ['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'escape', 'unescape', 'atob', 'btoa']) {
    table.set((globalThis as Record<string, unknown>)[name], 'safe');
  }
  for (const name of ['encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent']) {
    table.set((globalThis as Record<string, unknown>)[name], 'safe');
  }
}

/** `String(value)`, functions by their own text. */
function stringOf(realm: Realm, value: unknown): string {
  if (typeof value === 'function') return functionText(value as Callable);
  if (Array.isArray(value)) measureText(realm, value, 1);
  if (value instanceof Date && realm.timeZone !== undefined) return String(realm.text(value));
  return String(value);
}

/** Rules for collections, errors, promises, iterators and the rest of the library. */
export function otherPolicies(table: PolicyTable): void {
  for (const maker of [Map, Set, WeakMap, WeakSet]) table.set(maker, 'safe');
  table
    .safe(Map, 'groupBy')
    .safe(Map.prototype, 'get set has delete clear forEach keys values entries @@iterator')
    .safe(
      Set.prototype,
      'add has delete clear forEach keys values entries @@iterator union intersection difference ' +
        'symmetricDifference isSubsetOf isSupersetOf isDisjointFrom',
    )
    .safe(WeakMap.prototype, 'get set has delete')
    .safe(WeakSet.prototype, 'add has delete');
  for (const maker of [
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    AggregateError,
  ]) {
    table.set(maker, 'safe');
  }
  table.safe(Error, 'isError').safe(Error.prototype, 'toString');
  for (const prototype of [GENERATOR_PROTOTYPE, ASYNC_GENERATOR_PROTOTYPE])
    table.safe(prototype, 'next return throw');
  table
    .safe(
      ITERATOR_PROTOTYPE,
      '@@iterator map filter take drop flatMap reduce toArray forEach some every find',
    )
    .safe(ASYNC_ITERATOR_PROTOTYPE, '@@asyncIterator');
  promisePolicies(table);
  intlPolicies(table);
  for (const maker of CODE_MAKERS) {
    if (typeof maker === 'function') table.set(maker, refusal(maker.name));
  }
  // Written in JavaScript by Node, so that they would pass for functions of the context.
  table.safe(URL, 'canParse parse').set(URL, 'safe').set(URLSearchParams, 'safe');
  for (const { prototype } of [URL, URLSearchParams]) {
    for (const key of Reflect.ownKeys(prototype)) {
      const native = typeof key === 'string' ? methodOf(prototype, key) : undefined;
      if (native && key !== 'constructor') table.set(native, 'safe');
    }
  }
  table.safe(URLSearchParams.prototype, '@@iterator');
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(URL))) {
    if (key.endsWith('ObjectURL')) table.set(value, refusal(key));
  }
}

const ignore = () => undefined;

/** A rejection that no program handles must not end the host's process. */
export function quiet<T>(promise: T): T {
  if (promise instanceof Promise) Reflect.apply(Promise.prototype.then, promise, [undefined, ignore]);
  return promise;
}

function promisePolicies(table: PolicyTable): void {
  table
    .method(
      Promise.prototype,
      'then catch finally',
      (native) => (_realm, self, args) => quiet(run(native, self, args)),
    )
    .method(
      Promise,
      'resolve reject all allSettled any race',
      (native) => (_realm, self, args) => quiet(run(native, self, args)),
    )
    .set(Promise, {
      call() {
        throw new TypeError("Promise constructor cannot be invoked without 'new'");
      },
      construct(_realm, args, newTarget) {
        // A class of promises would get to see the handlers that keep rejections quiet.
        if (newTarget !== (Promise as unknown))
          throw new TypeError('Promise cannot be extended in expressions');
        return quiet(new Promise(args[0] as never));
      },
      statics: ['resolve', 'reject', 'all', 'allSettled', 'any', 'race', Symbol.species],
    });
}

const LOCALIZED = [
  'Collator',
  'NumberFormat',
  'PluralRules',
  'RelativeTimeFormat',
  'ListFormat',
  'DisplayNames',
  'Segmenter',
  'DurationFormat',
];

function intlPolicies(table: PolicyTable): void {
  const intl = Intl as unknown as Record<string, (abstract new (...args: unknown[]) => unknown) | undefined>;
  for (const name of [...LOCALIZED, 'DateTimeFormat', 'Locale']) {
    const maker = intl[name];
    if (maker === undefined) continue;
    const options = (realm: Realm, args: readonly unknown[]): unknown[] => {
      if (name === 'Locale') return [...args];
      return [args[0] ?? realm.locale, name === 'DateTimeFormat' ? realm.dateOptions(args[1]) : args[1]];
    };
    table.set(maker, {
      // Some may be called without new, the others have their own error for it.
      call: (realm, self, args) =>
        run(maker as unknown as Callable, self === Intl ? undefined : self, options(realm, args)),
      construct(realm, args, newTarget) {
        const made: unknown = Reflect.construct(maker, options(realm, args), newTarget);
        if (name === 'Segmenter') protectSegments(made as Intl.Segmenter);
        return made;
      },
      statics: ['supportedLocalesOf'],
    });
    table.safe(maker, 'supportedLocalesOf');
    for (const key of Object.getOwnPropertyNames(maker.prototype)) {
      if (key !== 'constructor') table.safe(maker.prototype as object, key);
    }
  }
  table.safe(Intl, 'getCanonicalLocales supportedValuesOf');
}
