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
import {
  consuming,
  copying,
  grouping,
  methodOf,
  type PolicyTable,
  paidItems,
  payWork,
  plainly,
  run,
} from './table.ts';
import { SafeTextDecoder, SafeTextEncoder } from './text-codecs.ts';

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
  table.safe(globalThis, 'parseInt parseFloat isNaN isFinite');
  table.method(
    globalThis,
    'escape unescape atob btoa encodeURI encodeURIComponent decodeURI decodeURIComponent',
    copying,
  );
}

/** `String(value)`, functions by their own text. */
function stringOf(realm: Realm, value: unknown): string {
  if (typeof value === 'function') return functionText(value as Callable);
  if (Array.isArray(value)) measureText(realm, value, 1);
  if (value instanceof Date && realm.timeZone !== undefined) return String(realm.text(value));
  return String(value);
}

/** What an entry of a collection takes, and a promise with what waits for it, in places of a list. */
const ENTRY_COST = 4;
const PROMISE_COST = 64;

/** Rules for collections, errors, promises, iterators and the rest of the library. */
export function otherPolicies(table: PolicyTable): void {
  for (const maker of [Map, Set, WeakMap, WeakSet]) {
    table.set(maker, {
      call: (_realm, self, args) => run(maker as unknown as Callable, self, args),
      construct(realm, args, newTarget) {
        const items = paidItems(realm, args[0], ENTRY_COST);
        return Reflect.construct(maker, args.length === 0 ? args : [items], newTarget);
      },
      statics: ['groupBy', Symbol.species].filter((key) => Object.hasOwn(maker, key)),
    });
  }
  table
    .method(Map, 'groupBy', grouping)
    .method(Map.prototype, 'forEach', plainly)
    .method(Set.prototype, 'forEach', plainly)
    .safe(Map.prototype, 'get set has delete clear keys values entries @@iterator')
    .safe(
      Set.prototype,
      'add has delete clear keys values entries @@iterator isSubsetOf isSupersetOf isDisjointFrom',
    )
    .method(
      Set.prototype,
      'union intersection difference symmetricDifference',
      (native) => (realm, self, args) => {
        for (const set of [self, args[0]]) if (set instanceof Set) realm.allocate(set.size * ENTRY_COST);
        return run(native, self, args);
      },
    )
    .safe(WeakMap.prototype, 'get set has delete')
    .safe(WeakSet.prototype, 'add has delete');
  for (const maker of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    table.set(maker, 'safe');
  }
  const aggregate = (realm: Realm, args: readonly unknown[]) => [paidItems(realm, args[0]), ...args.slice(1)];
  table.set(AggregateError, {
    call: (realm, _self, args) => Reflect.construct(AggregateError, aggregate(realm, args)),
    construct: (realm, args, newTarget) =>
      Reflect.construct(AggregateError, aggregate(realm, args), newTarget),
  });
  table.safe(Error, 'isError').safe(Error.prototype, 'toString');
  for (const prototype of [GENERATOR_PROTOTYPE, ASYNC_GENERATOR_PROTOTYPE])
    table.safe(prototype, 'next return throw');
  table
    .safe(ITERATOR_PROTOTYPE, '@@iterator')
    .method(
      ITERATOR_PROTOTYPE,
      'map filter take drop flatMap reduce toArray forEach some every find',
      (native) => (realm, self, args) => run(native, paidItems(realm, self), args),
    )
    .safe(ASYNC_ITERATOR_PROTOTYPE, '@@asyncIterator');
  promisePolicies(table);
  intlPolicies(table);
  for (const maker of CODE_MAKERS) {
    if (typeof maker === 'function') table.set(maker, refusal(maker.name));
  }
  // Written in JavaScript by Node, so that they would pass for functions of the context.
  table.safe(URL, 'canParse parse');
  for (const maker of [URL, URLSearchParams]) {
    table.set(maker, {
      call: (_realm, self, args) => run(maker as unknown as Callable, self, args),
      construct(realm, args, newTarget) {
        // What it is made of is kept in several forms.
        for (const part of args) if (typeof part === 'string') realm.allocate(part.length * 4);
        return Reflect.construct(maker, args, newTarget);
      },
      statics: ['canParse', 'parse'].filter((key) => Object.hasOwn(maker, key)),
    });
  }
  table
    .set(SafeTextEncoder, 'safe')
    .method(SafeTextEncoder.prototype, 'encode', copying)
    .set(SafeTextDecoder, 'safe')
    .method(SafeTextDecoder.prototype, 'decode', (native) => (realm, self, args) => {
      realm.allocate(Number((args[0] as Partial<Uint8Array> | undefined)?.byteLength ?? 0));
      return run(native, self, args);
    });
  for (const { prototype } of [URL, URLSearchParams]) {
    for (const key of Reflect.ownKeys(prototype)) {
      const native = typeof key === 'string' ? methodOf(prototype, key) : undefined;
      if (native && key !== 'constructor') table.set(native, 'safe');
    }
  }
  table.method(URLSearchParams.prototype, 'forEach', plainly);
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
    .method(Promise, 'resolve reject', (native) => (_realm, self, args) => quiet(run(native, self, args)))
    .method(Promise, 'all allSettled any race', (native) => (realm, self, args) => {
      const items = paidItems(realm, args[0], PROMISE_COST);
      return quiet(run(native, self, [items]));
    })
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

/** What one of these takes outside of the heap, in places of a list. Those of dates take much. */
const FORMAT_COST = 1024;
const DATE_FORMAT_COST = 4096;

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
        realm.allocate(name === 'DateTimeFormat' ? DATE_FORMAT_COST : FORMAT_COST);
        const made: unknown = Reflect.construct(maker, options(realm, args), newTarget);
        if (name === 'Segmenter') protectSegments(made as Intl.Segmenter);
        return made;
      },
      statics: ['supportedLocalesOf'],
    });
    table.safe(maker, 'supportedLocalesOf');
    for (const key of Object.getOwnPropertyNames(maker.prototype)) {
      if (key === 'format' && name === 'ListFormat') table.method(maker.prototype as object, key, consuming);
      else if (key !== 'constructor') table.safe(maker.prototype as object, key);
    }
  }
  table.safe(Intl, 'getCanonicalLocales supportedValuesOf');
}
