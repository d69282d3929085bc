import type { Random } from './random.ts';
import { textOf, words } from './texts.ts';

/** A value as data: JSON, and `{"$odd": name}` for what JSON cannot hold. */
export type Recipe = null | boolean | number | string | Recipe[] | { [key: string]: Recipe };

class Thing {
  name = 'a thing';
  get label(): string {
    return `label of ${this.name}`;
  }
}

const greet = (name: unknown) => `Hello ${String(name)}`;
const failing = () => {
  throw new Error('a function of the context fails');
};

function circular(): object {
  const value: Record<string, unknown> = { name: 'round', list: [1] };
  value.self = value;
  (value.list as unknown[]).push(value);
  return value;
}

function deep(levels: number): object {
  let value: object = { bottom: true };
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { value } : [value];
  return value;
}

function rejected(): Promise<never> {
  const promise = Promise.reject<never>(new Error('a promise of the context fails'));
  promise.catch(() => {});
  return promise;
}

/** What callers can put into a context although no JSON file could. Each is made anew for every use. */
const ODD: Readonly<Record<string, () => unknown>> = {
  date: () => new Date(86_400_000),
  invalidDate: () => new Date(Number.NaN),
  map: () => new Map([['a', 1]]),
  set: () => new Set([1, 2]),
  bigint: () => 12n,
  symbol: () => Symbol.for('fuzz'),
  greet: () => greet,
  failing: () => failing,
  hostFunction: () => structuredClone,
  hostObject: () => Reflect,
  throwingGetter: () => ({
    get broken() {
      throw new Error('a getter of the context fails');
    },
    fine: 1,
  }),
  getter: () => ({
    get computed() {
      return 5;
    },
  }),
  circular,
  resolved: () => Promise.resolve(1),
  rejected,
  nan: () => Number.NaN,
  infinite: () => Number.POSITIVE_INFINITY,
  negativeZero: () => -0,
  nothing: () => undefined,
  buffer: () => Buffer.from('bytes'),
  bytes: () => new Uint8Array([1, 2, 3]),
  sparse: () => {
    const list: unknown[] = [1];
    list[5] = 2;
    return list;
  },
  longList: () => Array.from({ length: 3000 }, (_, index) => index),
  longText: () => 'long text. '.repeat(10_000),
  noPrototype: () => Object.assign(Object.create(null) as object, { name: 'bare' }),
  protoKey: () =>
    JSON.parse('{"__proto__": {"polluted": true}, "constructor": "x", "toString": 1}') as unknown,
  thing: () => new Thing(),
  unprintable: () => ({
    toString() {
      throw new Error('cannot be shown');
    },
  }),
  unstorable: () => ({
    toJSON() {
      throw new Error('cannot be stored');
    },
  }),
  hostile: () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error('a proxy refuses');
        },
      },
    ),
  pattern: () => /a+/g,
  error: () => new Error('an error as a value'),
  frozen: () => Object.freeze([Object.freeze({ a: 1 })]),
  deep: () => deep(300),
  veryDeep: () => deep(20_000),
  weakMap: () => new WeakMap(),
};

/** Names of the variables that hold them, the same as of the values. */
export const ODD_NAMES: readonly string[] = Object.keys(ODD);

/** The value of a recipe. */
export function build(recipe: Recipe): unknown {
  if (Array.isArray(recipe)) return recipe.map(build);
  if (recipe === null || typeof recipe !== 'object') return recipe;
  const odd = recipe.$odd;
  if (typeof odd === 'string' && Object.hasOwn(ODD, odd)) return ODD[odd]!();
  const built: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(recipe)) {
    Object.defineProperty(built, key, {
      value: build(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return built;
}

const KEYS = [
  'name',
  'a',
  'b',
  'x y',
  '',
  '0',
  '10',
  'À',
  'type',
  'constructor',
  'length',
  '-',
  'xmlThing',
  '<k>',
];

function scalar(random: Random): Recipe {
  return random.choose<Recipe>([
    [4, () => words(random, 3)],
    [2, () => textOf(random)],
    [3, () => random.pick([0, 1, -1, 42, 1.5, 1e21, -0.001])],
    [2, () => random.chance(0.5)],
    [1, () => null],
    [0.5, () => ({ $odd: random.pick(ODD_NAMES) })],
  ]);
}

/** Any value, up to some nesting. */
export function anyValue(random: Random, depth = 3): Recipe {
  if (depth <= 0) return scalar(random);
  return random.choose<Recipe>([
    [4, () => scalar(random)],
    [2, () => random.some(4, () => anyValue(random, depth - 1))],
    [2, () => Object.fromEntries(random.some(4, () => [random.pick(KEYS), anyValue(random, depth - 1)]))],
  ]);
}

function record(random: Random): Recipe {
  return Object.fromEntries(random.some(5, () => [random.pick(KEYS), scalar(random)]));
}

function treeItems(random: Random, depth: number): Recipe {
  return random.some(3, () => {
    const item: { [key: string]: Recipe } = { name: words(random, 1) };
    if (random.chance(0.3)) item.value = scalar(random);
    if (depth > 0 && random.chance(0.5)) item.children = treeItems(random, depth - 1);
    return random.chance(0.05) ? scalar(random) : item;
  });
}

function messages(random: Random): Recipe {
  return random.some(4, () => ({
    speaker: random.pick<Recipe>(['human', 'ai', 'system', 'tool', 'nobody', 3]),
    content: random.choose<Recipe>([
      [4, () => words(random)],
      [1, () => anyValue(random, 2)],
      [
        1,
        () => [
          words(random),
          { type: 'application/vnd.poml.toolrequest', id: '1', name: 'f', content: anyValue(random, 1) },
        ],
      ],
      [1, () => [{ type: 'application/vnd.poml.toolresponse', id: '1', name: 'f', content: words(random) }]],
      [0.5, () => [{ type: 'image/png', base64: 'iVBORw0KGgo=', alt: 'picture' }]],
    ]),
  }));
}

/** The variables of a prompt: some of the names that generated expressions use, and a few odd ones. */
export function contextOf(random: Random): { [name: string]: Recipe } {
  const context: { [name: string]: Recipe } = {};
  const maybe = (name: string, probability: number, make: () => Recipe) => {
    if (random.calm || random.chance(probability))
      context[name] = random.chance(random.odd(0.05)) ? anyValue(random) : make();
  };
  maybe('name', 0.8, () => textOf(random));
  maybe('items', 0.8, () => random.some(5, () => anyValue(random, 1)));
  maybe('user', 0.7, () => ({ name: words(random, 2), age: 36, tags: ['a', 'b'] }));
  maybe('count', 0.6, () => random.between(-2, 10));
  maybe('flag', 0.6, () => random.chance(0.5));
  maybe('rows', 0.6, () => random.some(5, () => record(random)));
  maybe('tree', 0.4, () => treeItems(random, 3));
  maybe('messages', 0.4, () => messages(random));
  for (const name of random.some(3, () => random.pick(ODD_NAMES))) context[name] = { $odd: name };
  // A name that is no identifier makes every expression fail.
  if (random.chance(0.02))
    context[random.pick(['a-b', '', '1', '{a, b}', 'class', '...rest', 'a = 1', '__proto__'])] = 1;
  return context;
}
