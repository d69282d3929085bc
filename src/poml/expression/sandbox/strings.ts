import type { Callable } from '../interpreter/types.ts';
import type { Guard } from './guard.ts';
import type { Realm } from './realm.ts';
import { isRegExp, needsWatch, runRegex } from './regex-guard.ts';
import { type PolicyTable, payWork, run } from './table.ts';

const READERS =
  'at charAt charCodeAt codePointAt endsWith includes indexOf lastIndexOf slice startsWith substr substring ' +
  'toString trim trimEnd trimStart trimLeft trimRight valueOf isWellFormed @@iterator';
const COPIERS =
  'toLowerCase toUpperCase normalize toWellFormed anchor big blink bold fixed fontcolor fontsize italics link ' +
  'small strike sub sup';

/** Characters that one can become when it is normalized. */
const NORMALIZED = 18;

/** `this` as text, when that is possible without running code of the program. */
function lengthOf(self: unknown): number {
  return typeof self === 'string' ? self.length : 0;
}

/** `this` as the string that all methods would make of it, made once. */
function textOf(self: unknown, name: string): string {
  if (typeof self === 'string') return self;
  if (self === null || self === undefined) {
    throw new TypeError(`String.prototype.${name} called on null or undefined`);
  }
  return String(self as object);
}

function pad(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    const length = Number(args[0]);
    realm.allocate(length);
    return run(native, textOf(self, name), [length, ...args.slice(1)]);
  };
}

/** How often a text stands in another, or more. */
function mostMatches(text: string, pattern: unknown, all: boolean): number {
  if (typeof pattern === 'string') {
    if (!all) return 1;
    return pattern === '' ? text.length + 1 : Math.floor(text.length / pattern.length);
  }
  return text.length + 1;
}

function replace(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    if (self === null || self === undefined || isCustom(args[0], name)) return run(native, self, args);
    const text = textOf(self, name);
    const pattern = isRegExp(args[0]) ? args[0] : String(args[0]);
    const replacement: unknown = typeof args[1] === 'function' ? args[1] : String(args[1]);
    let by: unknown = replacement;
    if (typeof replacement === 'string') {
      const once = Math.min(
        replacement.length * (replacement.includes('$') ? text.length + 1 : 1),
        Number.MAX_SAFE_INTEGER,
      );
      const most = mostMatches(text, pattern, name === 'replaceAll');
      // Only what could be large is counted exactly: the usual call goes straight to the engine.
      if (most * once > 65_536) by = counted(realm, expander(replacement));
    } else if (typeof replacement === 'function') {
      by = counted(realm, replacement as Callable);
    }
    realm.allocate(text.length);
    payWork(realm, text.length);
    return runRegex(realm, pattern, text, () => run(native, text, [pattern, by]));
  };
}

function counted(realm: Realm, replacer: Callable): (...args: unknown[]) => string {
  return (...args) => {
    realm.step();
    const text = String(Reflect.apply(replacer, undefined, args as never[]));
    realm.allocate(text.length + 257);
    return text;
  };
}

/**
 * A replacement pattern as a function.
 * @see https://tc39.es/ecma262/#sec-getsubstitution
 */
function expander(pattern: string): Callable {
  return ((...args: unknown[]) => {
    const groups = typeof args.at(-1) === 'object' ? (args.at(-1) as Record<string, unknown>) : undefined;
    const tail = groups === undefined ? args.length : args.length - 1;
    const text = args[tail - 1] as string;
    const position = args[tail - 2] as number;
    const captures = args.slice(1, tail - 2) as (string | undefined)[];
    const matched = args[0] as string;
    return pattern.replace(/\$(?:\$|&|`|'|(\d\d?)|<([^>]*)>)/g, (whole, digits?: string, name?: string) => {
      if (whole === '$$') return '$';
      if (whole === '$&') return matched;
      if (whole === '$`') return text.slice(0, position);
      if (whole === "$'") return text.slice(position + matched.length);
      if (digits !== undefined) {
        const long = Number(digits);
        if (long >= 1 && long <= captures.length) return captures[long - 1] ?? '';
        const short = Number(digits[0]);
        if (digits.length === 2 && short >= 1 && short <= captures.length) {
          return (captures[short - 1] ?? '') + digits[1];
        }
        return whole;
      }
      if (groups === undefined) return whole;
      const value = groups[name!];
      return value === undefined ? '' : String(value);
    });
  }) as Callable;
}

function searching(native: Callable, name: string): Guard['call'] {
  return (realm, self, args) => {
    const [pattern] = args;
    if (self === null || self === undefined || isCustom(pattern, name)) return run(native, self, args);
    const text = textOf(self, name);
    payWork(realm, text.length);
    if (name === 'split' || name === 'match') realm.allocate(text.length);
    let made = pattern;
    if (!isRegExp(pattern) && pattern !== undefined) {
      // `match` and `search` make a regular expression of any other text.
      made = name === 'split' ? String(pattern) : new RegExp(String(pattern), name === 'matchAll' ? 'g' : '');
    }
    const work = () => run(native, text, [made, ...args.slice(1)]);
    if (name === 'matchAll' && needsWatch(made, text)) {
      return runRegex(realm, made, text, () => [...(work() as Iterable<unknown>)].values());
    }
    return runRegex(realm, made, text, work);
  };
}

/** Whether an object brings its own way of matching. */
function isCustom(pattern: unknown, name: string): boolean {
  if (typeof pattern !== 'object' || pattern === null || isRegExp(pattern)) return false;
  const symbol =
    name === 'replaceAll' ? Symbol.replace : (Symbol as unknown as Record<string, symbol>)[name]!;
  return (pattern as Record<symbol, unknown>)[symbol] != null;
}

/** Rules for strings. */
export function stringPolicies(table: PolicyTable): void {
  const { prototype } = String;
  table
    .safe(prototype, READERS)
    .method(prototype, COPIERS, (native, name) => (realm, self, args) => {
      payWork(realm, lengthOf(self));
      realm.allocate(lengthOf(self) * (name === 'normalize' ? NORMALIZED : 1));
      return run(native, self, args);
    })
    .method(prototype, 'repeat', (native, name) => (realm, self, args) => {
      const text = textOf(self, name);
      const count = Number(args[0]);
      if (count > 0 && count !== Number.POSITIVE_INFINITY) realm.allocate(text.length * count);
      return run(native, text, [count]);
    })
    .method(prototype, 'padStart padEnd', pad)
    .method(prototype, 'concat', (native, name) => (realm, self, args) => {
      const texts = args.map((arg) => `${arg as string}`);
      const text = textOf(self, name);
      realm.allocate(texts.reduce((sum, item) => sum + item.length, text.length));
      return run(native, text, texts);
    })
    .method(prototype, 'replace replaceAll', replace)
    .method(prototype, 'match matchAll search split', searching)
    .method(
      prototype,
      'localeCompare',
      (native) => (realm, self, args) => run(native, self, [args[0], args[1] ?? realm.locale, args[2]]),
    )
    .method(
      prototype,
      'toLocaleLowerCase toLocaleUpperCase',
      (native) => (realm, self, args) => run(native, self, [args[0] ?? realm.locale]),
    )
    .safe(String, 'fromCharCode fromCodePoint')
    .method(String, 'raw', (native) => (realm, self, args) => {
      const raw = (args[0] as { raw?: { length?: unknown } } | undefined)?.raw;
      const length = Number(raw?.length);
      realm.allocate(length);
      payWork(realm, length);
      return run(native, self, args);
    });
}
