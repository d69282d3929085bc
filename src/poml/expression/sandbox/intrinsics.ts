import { recordOf } from './brand.ts';

/**
 * Intrinsics without a global name, by the shortest way to them.
 * @see https://tc39.es/ecma262/#sec-well-known-intrinsic-objects
 */
const prototypeOf = (value: object): object => Object.getPrototypeOf(value) as object;

async function* asyncGenerator(): AsyncGenerator<never> {}
function* generator(): Generator<never> {}
const asyncFunction = async () => {};

export const GENERATOR_PROTOTYPE = prototypeOf(generator.prototype as object);
export const ASYNC_GENERATOR_PROTOTYPE = prototypeOf(asyncGenerator.prototype as object);
export const ITERATOR_PROTOTYPE = prototypeOf(GENERATOR_PROTOTYPE);
export const ASYNC_ITERATOR_PROTOTYPE = prototypeOf(ASYNC_GENERATOR_PROTOTYPE);
export const TYPED_ARRAY = prototypeOf(Uint8Array) as typeof Uint8Array;
export const FUNCTION_PROTOTYPES = [generator, asyncGenerator, asyncFunction].map(prototypeOf);

/** Constructors that turn text into code. */
export const CODE_MAKERS: ReadonlySet<unknown> = new Set<unknown>([
  Function,
  // biome-ignore lint/security/noGlobalEval: named to be refused
  globalThis.eval,
  ...FUNCTION_PROTOTYPES.map((prototype) => (prototype as { constructor: unknown }).constructor),
]);

export const ITERATOR_PROTOTYPES = {
  array: prototypeOf([][Symbol.iterator]()),
  string: prototypeOf(''[Symbol.iterator]()),
  map: prototypeOf(new Map()[Symbol.iterator]()),
  set: prototypeOf(new Set()[Symbol.iterator]()),
  regExpString: prototypeOf(''.matchAll(/x/g)),
} as const;

function protectedObjects(): WeakSet<object> {
  const known = new WeakSet<object>([
    globalThis,
    process,
    console,
    Math,
    JSON,
    Intl,
    Reflect,
    Atomics,
    // Symbol.unscopables of Array.prototype is an object of its own.
    Array.prototype[Symbol.unscopables] as object,
    GENERATOR_PROTOTYPE,
    ASYNC_GENERATOR_PROTOTYPE,
    ITERATOR_PROTOTYPE,
    ASYNC_ITERATOR_PROTOTYPE,
    TYPED_ARRAY.prototype,
    generator.prototype as object,
    asyncGenerator.prototype as object,
    ...FUNCTION_PROTOTYPES,
    ...Object.values(ITERATOR_PROTOTYPES),
  ]);
  for (const holder of [globalThis, Intl]) {
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(holder))) {
      // Getters of globalThis load parts of Node: what they give is not reachable for programs.
      const value: unknown = descriptor.value;
      if (typeof value !== 'function') {
        if (typeof value === 'object' && value !== null) known.add(value);
        continue;
      }
      for (let at: object | null = value.prototype as object | null; at; at = prototypeOf(at)) known.add(at);
    }
  }
  return known;
}

let protectedCache: WeakSet<object> | undefined;

/**
 * Protects the prototypes that have no name but hang on what a segmenter makes. Making one takes milliseconds, so
 * this is done when a program has made one itself.
 */
export function protectSegments(segmenter: Intl.Segmenter): void {
  protectedCache ??= protectedObjects();
  const segments = segmenter.segment('');
  protectedCache.add(prototypeOf(segments));
  protectedCache.add(prototypeOf(segments[Symbol.iterator]()));
}

/**
 * Whether an object belongs to the host, so that a program must not write to it: intrinsics, functions that the
 * program did not make, and prototypes of classes that the program did not make.
 */
export function isProtected(value: object): boolean {
  if (typeof value === 'function') return recordOf(value)?.kind !== 'program';
  protectedCache ??= protectedObjects();
  if (protectedCache.has(value)) return true;
  const own = Object.getOwnPropertyDescriptor(value, 'constructor');
  if (own === undefined || typeof own.value !== 'function') return false;
  const { prototype } = own.value as { prototype?: unknown };
  return prototype === value && recordOf(own.value as object)?.kind !== 'program';
}
