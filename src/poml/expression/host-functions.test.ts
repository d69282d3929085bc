// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs in strings
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import type { Callable } from './interpreter/types.ts';
import { POLICY } from './sandbox/policy.ts';
import { createRealm } from './sandbox/realm.ts';
import { Scope } from './scope.ts';

// Functions that a test puts into a context. Sloppy ones, as CommonJS and transpiled libraries have them, take the
// global object of the host for `this` when nothing else is given. Programs must not come by it that way.

/** Sloppy code, which modules cannot write. */
const sloppy = new Function('return this') as Callable;

function evaluate(source: string, frame: Record<string, unknown>): unknown {
  return compileExpression(source).evaluate(new Scope(frame), createRealm({}));
}

/** Whatever of the host a value holds, a few levels deep. */
function holdsHost(value: unknown, depth = 5): boolean {
  if (value === globalThis || value === process) return true;
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  if (value instanceof Map || value instanceof Set) return holdsHost([...value], depth);
  return Reflect.ownKeys(value).some((key) => {
    const own = Object.getOwnPropertyDescriptor(value, key);
    return own !== undefined && 'value' in own && holdsHost(own.value, depth - 1);
  });
}

/** Runs an expression in which `see` takes note of what it is given, and says whether that was the host's. */
async function reachesHost(source: string): Promise<boolean> {
  const seen: unknown[] = [];
  const frame = {
    fn: sloppy,
    fns: [sloppy],
    own: { fn: sloppy },
    pass: new Function('see', 'return see(this)'),
    hold: new Function('return { held: [this] }'),
    method: (new Function('return { method() { return this } }')() as { method: Callable }).method,
    map: (list: unknown[], by: (item: unknown) => unknown) => list.map((item) => by(item)),
    Mapped: class {
      readonly all: unknown[];
      constructor(list: unknown[], by: (item: unknown) => unknown) {
        this.all = list.map((item) => by(item));
      }
    },
    give: () => globalThis,
    hosts: [globalThis],
    asked: Object.defineProperty({}, 'x', { get: sloppy }),
    see: (value: unknown) => {
      seen.push(value);
      return 'seen';
    },
  };
  const result = evaluate(source, frame);
  // Some promises never come to an end.
  seen.push(result, await Promise.race([result, new Promise((resolve) => setTimeout(resolve, 5))]));
  return holdsHost(seen);
}

describe('a function that gives its `this` does not give the global object of the host', () => {
  test.each([
    // Called by name, by value, and by what calls functions.
    'fn()',
    'method()',
    'fns[0]()',
    '(0, own.fn)()',
    'hold()',
    'pass(see)',
    'pass(x => see(x))',
    'fn.call()',
    'fn.call(null)',
    'fn.apply()',
    'fn.apply(undefined, [])',
    'fn.bind()()',
    'hold.call()',
    'hold.apply()',
    'hold.apply(null, [])',
    'hold.bind()()',
    'hold.bind(null).call(null)',
    'fn.bind(undefined).call()',
    'fn?.()',
    'fn``',
    'pass.bind(null, see)()',
    '(f => f())(fn)',
    '(() => { for (const f of fns) see(f()) })()',
    '(() => { const [f] = fns; see(f()); see([1].map(f)) })()',
    '(() => { const { fn: f } = own; see(f()) })()',
    '[...fns].map(f => f())',
    '(() => { with (own) return fn() === own })()',
    'class { static [fn()] = 1 }',
    // Called back by built-ins.
    ...['fn', 'method', 'fns[0]', 'hold', 'x => fn()', 'fn.bind()', 'fn.bind(undefined)'].map(
      (f) => `[1].map(${f}).forEach(x => see(x))`,
    ),
    'fns.forEach(f => see([1].map(f)))',
    '[1].flatMap(fn).forEach(x => see(x))',
    '[2, 1].reduce(fn)',
    '[2, 1].reduceRight(fn)',
    '[[1], [2]].map(fn)',
    'Array.from([1], fn)',
    'Array.from({ length: 1 }, fn).forEach(x => see(x))',
    'Array.prototype.map.call([1], fn)',
    'Array.prototype.map.apply([1], [fn])',
    '[fn].map(Array.prototype.map, [1])',
    'fns.map(Array.prototype.map, [1])',
    '[[1]].map(Function.prototype.call, Array.prototype.map)',
    '[1].map(Function.prototype.call, fn)',
    '[1].map(fn.call, fn)',
    '[1].map(fn.call.bind(fn))',
    '[2, 1].sort(pass.bind(null, see))',
    '[2, 1].sort((a, b) => see(fn()))',
    '[2, 1].toSorted(fn)',
    '"a".replace("a", pass.bind(null, see))',
    '"a".replace(/a/g, () => see(fn()))',
    '"a".replaceAll("a", fn)',
    'new Uint8Array(2).map(fn)',
    'Uint8Array.from([1], fn)',
    'new Map([[1, 2]]).forEach(fn)',
    'new Set([1]).forEach(fn)',
    'fns.map(Map.prototype.forEach, new Map([[1, 2]]))',
    'JSON.parse("[1]", fn)',
    'JSON.parse("[1]", function () { return see(this) && 1 })',
    'JSON.stringify({ a: 1 }, fn)',
    'JSON.stringify({ toJSON: fn })',
    'JSON.stringify({ toJSON() { return see(fn()) } })',
    'new Promise(fn)',
    'new Promise(pass).then(see)',
    'Promise.resolve().then(fn).then(see)',
    'Promise.resolve().then(pass.bind(null, see))',
    'Promise.reject().catch(fn).then(see)',
    'Promise.resolve(1).finally(pass.bind(null, see))',
    '(async () => see(await { then: fn }))().catch(see) && 1',
    'new fn()',
    'Object.fromEntries([[fn(), 1]])',
    'new Map([[1, fn()]])',
    // Called back by functions of the context.
    'map([1], fn).forEach(x => see(x))',
    'new Mapped([1], fn).all',
    'give()',
    '[1].map(give)',
    'give.call()',
    // Where a context holds the host's global object itself.
    '(([g]) => [g.process, g["process"], g.Object.process])(hosts)',
    '(([{ process, process: { exit } }]) => exit)(hosts)',
    'hosts.map(g => Object.entries(g))',
    'hosts.map(g => see(g.globalThis))',
    // Asked by the language.
    'asked.x',
    'see(asked.x)',
    '({ ...asked })',
    '(() => { const { x } = asked; return x })()',
    'Object.create(asked).x',
    '({ __proto__: asked }).x',
    'Object.assign({}, asked)',
    'Object.entries(asked)',
    '({ get x() { return fn() } }).x',
    'Object.defineProperty({}, "x", { get: fn }).x',
    'Object.defineProperty({}, "x", { get: fn, set: fn }).x = 1',
    '[].at.call(Object.defineProperty([], 0, { get: fn }), 0)',
    '`${{ toString: fn }}`',
    '({ valueOf: fn }) + 1',
    '({ [Symbol.toPrimitive]: fn }) + 1',
    '({ [Symbol.toPrimitive]: pass.bind(null, see) }) + 1',
    '({})[{ toString: pass.bind(null, see) }]',
    'new Date({ valueOf: fn })',
    '[...{ [Symbol.iterator]: fn }]',
    '[...{ [Symbol.iterator]: () => ({ next: fn }) }]',
    '(() => { for (const x of { [Symbol.iterator]: () => ({ next: fn, done: false, value: 1, i: 0 }) }) return x })()',
    '"a".split({ [Symbol.split]: fn })',
    '"a".replace({ [Symbol.replace]: fn })',
    '[1].concat({ [Symbol.isConcatSpreadable]: true, length: 1, get 0() { return fn() } })',
    '1 instanceof { [Symbol.hasInstance]: fn }',
    // What a class of the program hands on.
    'class { static x = fn() }.x',
    '(() => { class A { static m() { return super.x } } Object.setPrototypeOf(A, asked); return [0].map(A.m) })()',
    '(() => { const base = Object.defineProperty({}, "x", { set: pass }); return { __proto__: base, m() { super.x = see } }.m.call() })()',
    '(() => { const B = class {}; Object.defineProperty(B, "x", { set: pass }); const { m } = class extends B { static m() { super.x = see } }; return m() })()',
    '(() => { const B = class {}; Object.defineProperty(B, "x", { get: fn }); const { m } = class extends B { static m() { return super.x } }; return m() === B })()',
  ])('%s', async (source) => {
    expect(await reachesHost(source).catch((error: Error) => error.name)).not.toBe(true);
  });

  test('the global object of the host has no methods but those of the program', () => {
    const frame = { hosts: [globalThis] };
    for (const call of ['g.setTimeout(() => 1)', 'g["setTimeout"](() => 1)', '(0, g.setTimeout)(() => 1)'])
      expect(() => evaluate(`hosts.map(g => ${call})`, frame)).toThrow('is not a function');
    expect(evaluate('hosts.map(g => g.parseInt("5"))', frame)).toEqual([5]);
  });

  test('no built-in calls one with it, whatever it is called on', () => {
    const realm = createRealm({ steps: 1e9 });
    const selves = (): unknown[] => [
      [2, 1],
      'ab',
      new Map([[1, 2]]),
      new Set([1]),
      Uint8Array.of(1, 2),
      [1, 2].values(),
      Promise.resolve(1),
      /a/g,
      new URLSearchParams('a=b'),
      new Date(0),
      sloppy,
      Object,
      Array,
      Uint8Array,
      Promise,
    ];
    const found = new Set<string>();
    for (const [native, policy] of POLICY) {
      const spy = new Function(
        'found',
        'return function spy() { if (this === globalThis) found(); return 1 }',
      )(() => found.add(native.name)) as Callable;
      for (const args of [[spy], [spy, undefined], [[1, 2], spy], ['[1]', spy], ['a', spy]]) {
        for (const self of selves()) {
          for (const call of [
            () => realm.call(native, self, args),
            () => realm.construct(native, args),
            // As a built-in would call it that was given it.
            () => (policy === 'safe' ? Reflect.apply(native, self, args as never[]) : undefined),
          ]) {
            try {
              const result = call();
              if (result instanceof Promise) result.catch(() => undefined);
              // Iterators call when they are asked.
              else if (typeof result === 'object' && result !== null && 'next' in result)
                [...(result as Iterable<unknown>)];
            } catch {
              // Most want something else.
            }
          }
        }
      }
    }
    expect([...found]).toEqual([]);
  });
});

describe('functions of a context stay what they are', () => {
  const given = Object.assign(
    function given(this: unknown, a = 1, b = 2) {
      return [a, b];
    },
    { extra: 5 },
  );
  class Counter {
    static made = 0;
    count = 3;
    add(this: Counter, n: number): number {
      return this.count + n;
    }
  }
  const frame = { given, list: [given], Counter, counter: new Counter(), known: new Map([[given, 'yes']]) };

  test.each<[string, unknown]>([
    ['given(5)', [5, 2]],
    ['given.name + given.length + given.extra', 'given05'],
    ['list[0] === given', true],
    ['list.includes(given) && list.indexOf(given) === 0', true],
    ['(() => { const [f] = list; return f === given })()', true],
    ['known.get(given)', 'yes'],
    ['(() => { const all = []; all.push(given); return all[0] === given })()', true],
    ['new Set([given]).has(given) && new Set().add(given).has(given)', true],
    ['[given, 1].filter(x => x === given).length', 1],
    ['Array.of(given)[0] === given', true],
    ['[3].map(given)[0]', [3, 0]],
    ['String(given).startsWith("function given")', true],
    ['`${[given]}`.startsWith("function given")', true],
    ['new Counter().add(4)', 7],
    ['counter instanceof Counter && new Counter() instanceof Counter', true],
    ['Object.keys(given)', ['extra']],
    ['Object.is(given, given)', true],
    ['[1, 2].map(counter.add, counter)', [4, 5]],
    ['given.bind(null, 7)()', [7, 2]],
    ['given.bind(null, 7).name', 'bound given'],
    ['given.apply(null, [8, 9])', [8, 9]],
    ['(async () => await Promise.resolve(given) === given)()', Promise.resolve(true)],
  ])('%s', async (source, expected) => {
    expect(await evaluate(source, frame)).toEqual(await expected);
  });
});
