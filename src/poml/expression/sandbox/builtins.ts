import { consoleOf } from './console.ts';
import type { Realm } from './realm.ts';
import { SafeTextDecoder, SafeTextEncoder } from './text-codecs.ts';

const NAMES =
  'Object Array String Number Boolean Symbol BigInt Math JSON Date RegExp Map Set WeakMap WeakSet Promise Error ' +
  'TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError parseInt parseFloat isNaN ' +
  'isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape Intl NaN Infinity undefined ' +
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array ' +
  'BigInt64Array BigUint64Array ArrayBuffer structuredClone URL URLSearchParams atob btoa Buffer Function eval';

/** Globals of programs by name. Values are guarded when they are handed out. */
export const BUILTINS: ReadonlyMap<string, (realm: Realm) => unknown> = new Map<
  string,
  (realm: Realm) => unknown
>([
  ...NAMES.split(' ').map((name): [string, () => unknown] => {
    // Taken now: a test may put something else under the name later.
    const value = (globalThis as Record<string, unknown>)[name];
    return [name, () => value];
  }),
  ['globalThis', (realm) => realm.global],
  ['console', consoleOf],
  ['TextEncoder', () => SafeTextEncoder],
  ['TextDecoder', () => SafeTextDecoder],
]);
