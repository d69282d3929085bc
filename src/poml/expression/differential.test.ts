import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { createRealm } from './sandbox/realm.ts';
import { Scope } from './scope.ts';
import { ExpressionGenerator } from './testing/generated-expressions.ts';

/** Values of all kinds, made anew for each evaluation because expressions may change them. */
function context(): Record<string, unknown> {
  const shared = { x: 1 };
  return {
    n: 3,
    f: 2.5,
    zero: 0,
    s: 'Hello, World',
    empty: '',
    t: true,
    nil: null,
    u: undefined,
    xs: [3, 1, 2],
    words: ['delta', 'alpha', 'charlie', 'bravo'],
    items: [
      { id: 1, name: 'Pen', price: 1.5, tags: ['a', 'b'], dim: { w: 2 } },
      { id: 2, name: 'Ink', price: 12, tags: [], dim: null },
      { id: 3, name: 'Cap', price: 0, tags: ['c'], extra: true },
    ],
    o: { a: 1, b: { c: [1, { d: 'deep' }] }, 'odd key': 2, shared },
    other: shared,
    d: new Date(Date.UTC(2024, 1, 29, 12, 30)),
    m: new Map<unknown, unknown>([['k', 1]]),
    big: 12345678901234567890n,
    fn: (x: number) => x * 2,
  };
}

type Outcome = { value: unknown; context: unknown } | { error: string; message: string };

function outcome(run: (frame: Record<string, unknown>) => unknown): Outcome {
  const frame = context();
  try {
    const value = run(frame);
    return { value: comparable(value), context: comparable(frame) };
  } catch (error) {
    return error instanceof Error
      ? { error: error.name, message: error.message }
      : { error: 'thrown', message: typeof error };
  }
}

/** Functions are compared by kind, all else by structure. */
function comparable(value: unknown, seen = new Map<unknown, unknown>()): unknown {
  if (typeof value === 'function') return `function ${value.length} ${value.name}`;
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    seen.set(value, list);
    list.length = value.length;
    value.forEach((item, index) => {
      list[index] = comparable(item, seen);
    });
    return list;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value instanceof Error ? `${value}` : value;
  const copy: Record<string, unknown> = {};
  seen.set(value, copy);
  for (const [key, item] of Object.entries(value)) copy[key] = comparable(item, seen);
  return copy;
}

function native(source: string): (frame: Record<string, unknown>) => unknown {
  return (frame) => {
    const before = new Set(Object.keys(globalThis));
    try {
      return new Function(...Object.keys(frame), `return ${source}`)(...Object.values(frame));
    } finally {
      // Assignments to undeclared names stay behind in the process; in the sandbox they end with the render.
      for (const key of Object.keys(globalThis))
        if (!before.has(key)) Reflect.deleteProperty(globalThis, key);
    }
  };
}

function sandboxed(source: string): (frame: Record<string, unknown>) => unknown {
  return (frame) => compileExpression(source).evaluate(new Scope(frame), createRealm({}));
}

function difference(source: string): string | undefined {
  const expected = outcome(native(source));
  const actual = outcome(sandboxed(source));
  if ('error' in expected || 'error' in actual) {
    const same = 'error' in expected && 'error' in actual && expected.error === actual.error;
    return same ? undefined : report(source, expected, actual);
  }
  return isDeepStrictEqual(actual, expected) ? undefined : report(source, expected, actual);
}

function report(source: string, expected: Outcome, actual: Outcome): string {
  const show = (value: Outcome): string =>
    JSON.stringify('error' in value ? value : value.value, (_key, item: unknown) =>
      typeof item === 'bigint' ? `${item}n` : item === undefined ? 'undefined' : item,
    );
  return `${source}\n   native ${show(expected)}\n  sandbox ${show(actual)}`;
}

/** More expressions, or others: `FUZZ_EXPRESSIONS=50000 FUZZ_SEED=7 npx vitest run src/poml/expression/differential.test.ts`. */
const EXPRESSIONS = Number(process.env.FUZZ_EXPRESSIONS ?? 600);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const SEEDS = Array.from({ length: 8 }, (_, i) => SEED + i);

describe('generated expressions give what new Function gives', () => {
  test.each(SEEDS)('seed %i', { timeout: 600_000 }, (seed) => {
    const generator = new ExpressionGenerator(seed);
    const differences: string[] = [];
    for (let count = 0; count < EXPRESSIONS; count++) {
      const found = difference(generator.expression());
      if (found !== undefined) differences.push(found);
    }
    expect(differences.slice(0, 10).join('\n')).toBe('');
  });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are programs
const WRITTEN = [
  // texts of functions where the engine makes them
  'encodeURIComponent([].constructor)',
  '({ [[[].constructor, 1]]: 1 })',
  '"a".concat("".constructor, {}.constructor)',
  '[[[].constructor]].toString()',
  'new Error([].constructor).message',
  '(() => { class List extends Array {}; return "".concat(List) })()',
  // implied return
  '\n n',
  '\n',
  '',
  ';',
  '1;',
  '1; 2',
  'n // comment',
  '/* c */ n',
  '/* \n */ n',
  'n, s',
  'a(); function a() { return 1 }',
  'g(); function g() { return n + h() } function h() { return 4 }',
  'v; var v = 1',
  'n; var n = 5',
  'typeof v2; var v2',
  'n; let q = 1',
  'n; let n = 1',
  'q; let q = 1',
  '(() => q)(); const q = 1',
  '{a: 1}',
  '{a: 1, b: 2}',
  '({a: 1})',
  '{}',
  '{}; 1',
  'if',
  '1 +',
  '}',
  ')',
  'return 1',
  '1; return 2',
  '`a${n}b`',
  '"a\\u0041"',
  "'\\x41\\n'",
  '0x1f + 0b11 + 0o17',
  '017',
  '1_000',
  '.5 + 5.',
  '1e3',
  // operators
  'n ** 2 ** 2',
  '-(n ** 2)',
  'n % 2',
  '-7 % 3',
  '7 / 0',
  'n & 1 | 4 ^ 2',
  '~n',
  '1 << 3 >> 1 >>> 0',
  '-1 >>> 0',
  '!n',
  '!!s',
  '+"3"',
  '-"x"',
  'nil ?? 5',
  'zero || 7',
  'zero ?? 7',
  'n && s',
  'n == "3"',
  'nil == undefined',
  'NaN === NaN',
  'n in xs',
  '"a" in o',
  '1 in 5',
  'xs instanceof Array',
  'n instanceof 5',
  'n instanceof {}',
  'typeof fn',
  'typeof nil',
  'typeof undeclared',
  'void 0',
  '(1, 2, 3)',
  'n ? s ? 1 : 2 : 3',
  'big + 1n',
  'big + 1',
  'big * 2n',
  '2n ** 64n',
  '-big',
  '+big',
  'big > 5',
  '5n / 2n',
  '5n / 0n',
  '1n << 70n',
  '"5" * "2"',
  '"5" + 2',
  '[] + []',
  '[] + {}',
  '({}) + 1',
  '[1,2] + 3',
  'nil + 1',
  'u + 1',
  'd - 0',
  'd + 1 === String(d) + "1"',
  'Symbol() + ""',
  '`${Symbol()}`',
  '({}) > 1',
  'n++',
  '++n',
  'n--, n',
  'n += 2, n',
  'n **= 2',
  's += "!"',
  'nil ??= 4',
  'zero ||= 4',
  'n &&= 5',
  'o.a++',
  'o.a += 5, o.a',
  'o["a"]--, o',
  'o.z ??= [], o',
  'o.a &&= 0, o',
  'delete o.a, o',
  'delete o["b"].c, o',
  'delete n',
  'delete undeclared',
  'delete xs[0], xs',
  'delete 5',
  'delete o?.a',
  'delete nil?.a',
  'delete nil.a',
  '"x".length++',
  's.length = 3, s',
  's[0] = "J", s',
  'n.foo = 1',
  'nil.foo = 1',
  'undefined.foo = 1',
  'nil[s] = 1',
  'undeclared = 5, undeclared',
  'undeclared += 1',
  'undefined = 5, undefined',
  'NaN = 1, NaN',
  // members and calls
  'o.b.c[1].d',
  'o["odd key"]',
  'o.b?.c?.[1]?.d',
  'o.zz?.c.d.e',
  'nil?.a',
  'nil?.a.b.c()',
  'nil?.[n++], n',
  'o.zz?.()',
  'o.zz()',
  'o.b.zz()',
  'xs.foo()',
  'nil.x',
  'u.x',
  'u[n]',
  'u[s]',
  'nil()',
  'n()',
  'o.b.c.zz.y',
  'undeclared',
  'undeclared.x',
  'undeclared?.x',
  'fn?.(2)',
  'fn(2)',
  '(0, fn)(4)',
  '(o.b)["c"].length',
  'fn.call(null, 3)',
  'fn.apply(null, [4])',
  'fn.bind(null, 5)()',
  'fn.name',
  'fn.length',
  '(x => x).name',
  '((a, b) => 1).length',
  '((a, b = 1, ...c) => 1).length',
  '(function named() {}).name',
  '({ m() {} }).m.name',
  '({ ["a" + 1]: () => 1 }).a1.name',
  '({ get x() { return 7 } }).x',
  'new Date(0).getTime()',
  'new n',
  'new fn',
  'new (class { x = 1 })().x',
  'new Map([[1, 2]]).size',
  'new Set([1, 1]).size',
  'new Array(3).length',
  'new Object() instanceof Object',
  'new undeclared',
  'new o.b.zz()',
  'new Boolean(false) ? 1 : 2',
  'new.target',
  'new String("a").length',
  'new Error("x").message',
  'new (function () { this.a = 1 })().a',
  'new (function () { return { b: 2 } })().b',
  // arrays and spread
  '[...xs, ...s]',
  '[...u]',
  '[...n]',
  '[...o]',
  'Math.max(...xs)',
  'Math.max(...n)',
  'fn(...u)',
  '[, 1, , 2]',
  '[1, , 2].length',
  '[..."añ😀"]',
  '{...o, a: 9}, 1',
  '({...o, a: 9})',
  '({...nil, ...u, ...5, ..."ab"})',
  '({ __proto__: { inherited: 1 } }).inherited',
  '({ __proto__: null }) instanceof Object',
  '({ "__proto__": xs }) instanceof Array',
  '({ ["__proto__"]: 1 })',
  '({ n, s, fn }).n',
  '({ a: 1, a: 2 })',
  '({ 1: "x", 2n: "y", "z": 3 })',
  '({ set v(x) { this.w = x } }).v = 4',
  '(() => { const q = { set v(x) { this.w = x } }; q.v = 4; return q.w })()',
  // functions
  '(x => x + 1)(2)',
  '((x, y = x * 2) => [x, y])(3)',
  '((x = y, y) => 1)()',
  '(({ a, b: { c: [first] } }) => [a, first])(o)',
  '(([a, , b = 9, ...rest]) => [a, b, rest])(xs)',
  '(([a]) => a)(nil)',
  '(({ a }) => a)(nil)',
  '(({ a }) => a)()',
  '(({ ...rest }) => rest)(o)',
  '(([a]) => a)(5)',
  '(([a]) => a)({})',
  '((...args) => args.length)(1, 2, 3)',
  '(function () { return arguments.length })(1, 2)',
  '(function () { return [...arguments] })(1, 2)',
  '(function () { return typeof this })()',
  '(function () { "use strict"; return this })()',
  '(function () { return typeof this }).call(5)',
  '(function f(k) { return k <= 1 ? 1 : k * f(k - 1) })(10)',
  '(function f() { f = 1; return typeof f })()',
  '(function () { "use strict"; undeclared9 = 1 })()',
  '(function (a, a) { return a })(1, 2)',
  '(() => { let c = 0; return [() => ++c, () => c] })()[0]()',
  '(() => { const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); return fs.map(f => f()) })()',
  '(() => { const fs = []; for (var i = 0; i < 3; i++) fs.push(() => i); return fs.map(f => f()) })()',
  '(() => { for (const k in o) if (k === "b") return k })()',
  '(() => { const r = []; for (const k in "abc") r.push(k); return r })()',
  '(() => { const r = []; for (const [k, v] of Object.entries(o)) r.push(k); return r })()',
  '(() => { for (const x of 5) ; })()',
  '(() => { for (const x of nil) ; })()',
  '(() => { for (const x of o) ; })()',
  '(() => { let i = 0; while (true) { if (++i > 5) break; if (i % 2) continue; } return i })()',
  '(() => { let i = 0; do { i++ } while (i < 3); return i })()',
  '(() => { outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer } } return 1 })()',
  '(() => { block: { if (n) break block; return 1 } return 2 })()',
  '(() => { switch (n) { case 1: return "a"; case 3: case 4: let z = "b"; return z; default: return "c" } })()',
  '(() => { const r = []; switch (9) { default: r.push("d"); case 1: r.push(1); break; case 2: r.push(2) } return r })()',
  '(() => { try { nil.x } catch (e) { return e.message } })()',
  '(() => { try { throw 5 } catch (e) { return e } finally { n = 9 } })()',
  '(() => { try { return 1 } finally { return 2 } })()',
  '(() => { try { undeclared } catch { return "c" } })()',
  '(() => { try { throw { code: 1 } } catch ({ code }) { return code } })()',
  '(() => { x; let x = 1 })()',
  '(() => { const c = 1; c = 2 })()',
  '(() => { const c = 1; c++ })()',
  '(() => { { function h() { return 1 } } return h() })()',
  '(() => { return h(); function h() { return 2 } })()',
  '(() => { if (true) { var v = 1 } return v })()',
  '(() => { typeof tdz; let tdz })()',
  '(() => { throw new RangeError("r") })()',
  '(() => { throw 7 })()',
  '(() => { var a = 1; { let a = 2; } return a })()',
  '(() => { debugger; ; return 1 })()',
  // destructuring assignment
  '([n, zero] = [zero, n], [n, zero])',
  '({ a: n, ...u } = o, [n, u])',
  '([o.a, xs[0]] = [8, 9], [o.a, xs])',
  '([n = 5] = [], n)',
  '({ length: n } = s, n)',
  '([...xs] = "abc", xs)',
  '(() => { let { a: { x } } = {} })()',
  '(() => { const { [s]: q = 1 } = o; return q })()',
  '[a, b] = [1, 2]',
  // templates
  'String.raw`a${n}\\n`',
  '((q, ...v) => q.raw.length + v.length)`a${1}b${2}c`',
  '`${[1, [2, 3]]} ${o} ${nil} ${u}`',
  '`a` + `b${`c${n}`}`',
  // classes
  '(() => { class A { #p = 1; static s = 2; get p() { return this.#p } set p(v) { this.#p = v } static m() { return this.s } #q() { return 3 } q() { return this.#q() } } const a = new A(); a.p = 5; return [a.p, A.s, A.m(), a.q()] })()',
  '(() => { class A { constructor(x) { this.x = x } m() { return this.x } } class B extends A { constructor() { super(4); this.y = 1 } m() { return super.m() * 2 } } const b = new B(); return [b.m(), b.y, b instanceof A] })()',
  '(() => { class B extends Array { get last() { return this[this.length - 1] } } const b = B.from([1, 2]); return [b.last, b.length, b.map(x => x) instanceof B] })()',
  '(() => { class E extends Error { constructor(m) { super(m); this.name = "E" } } try { throw new E("m") } catch (e) { return [e instanceof E, e instanceof Error, e.message, String(e)] } })()',
  '(() => { class A { constructor() { this.x } } class B extends A { constructor() { this.x = 1 } } new B() })()',
  '(class A {})()',
  '(() => { class A { static #c = 0; static inc() { return ++A.#c } } A.inc(); return A.inc() })()',
  '(() => { class A { static { this.z = 4 } } return A.z })()',
  '(() => { class A { #x; has(o) { return #x in o } } return [new A().has(new A()), new A().has({})] })()',
  '(() => { class A { ["m" + n]() { return 1 } } return new A().m3() })()',
  '(class Foo {}).name',
  '(() => { const K = class {}; return K.name })()',
  'class extends nil {}',
  '(() => { class A extends n {} })()',
  '(() => { class A { #x; m(o) { return o.#x } } return new A().m({}) })()',
  '(() => { class A { a = this; b = () => this } const x = new A(); return x.a === x && x.b() === x })()',
  // generators
  '[...(function* () { yield 1; yield* [2, 3]; return 4 })()]',
  '(() => { function* g() { const r = yield 1; yield r * 2 } const i = g(); i.next(); return i.next(21).value })()',
  '(() => { const i = (function* () { try { yield 1 } finally { n = 7 } })(); i.next(); i.return(5); return n })()',
  '(() => { const i = (function* () { try { yield 1 } catch (e) { yield e } })(); i.next(); return i.throw(5).value })()',
  '(() => { function* fib() { let [a, b] = [0, 1]; while (true) { yield a; [a, b] = [b, a + b] } } const r = []; for (const x of fib()) { if (x > 20) break; r.push(x) } return r })()',
  'Array.from({ *[Symbol.iterator]() { yield 1; yield 2 } })',
  'Object.prototype.toString.call((function* () {})())',
  '(() => { const [a, b] = (function* () { yield 1; yield 2; yield 3 })(); return a + b })()',
  '[...{ [Symbol.iterator]() { let i = 0; return { next: () => ({ done: i > 2, value: i++ }) } } }]',
  '(() => { const g = function* () { return [yield, (yield) + (yield)] }(); g.next(); g.next(1); g.next(2); return g.next(3).value })()',
  '(() => { const g = (function* () { const q = { a: yield 1, b: [yield 2, ...(yield 3)] }; return `${yield q}` })(); const r = []; let x = g.next(); while (!x.done) { r.push(x.value); x = g.next([r.length]) } return [r, x.value] })()',
  // library
  'JSON.stringify(o)',
  'JSON.stringify(items, null, 2)',
  'JSON.stringify(o, ["a"])',
  'JSON.stringify(o, (k, v) => typeof v === "number" ? v + 1 : v)',
  'JSON.stringify(big)',
  'JSON.parse("[1,{\\"a\\":2}]", (k, v) => typeof v === "number" ? v * 2 : v)',
  'JSON.parse("{")',
  'Object.entries(o)',
  'Object.keys(s)',
  'Object.fromEntries(Object.entries(o).filter(([k]) => k < "b"))',
  'Object.assign({}, o, { z: 1 })',
  'Object.freeze(xs), xs.push(1)',
  'Object.getPrototypeOf(xs) === Array.prototype',
  '[].constructor === Array',
  '"".constructor === String',
  '({}).constructor === Object',
  '(() => {}).constructor === Function',
  'd.constructor === Date',
  'Array.isArray(xs)',
  'Array.from({ length: 3 }, (_, i) => i * i)',
  'Array.from("abc")',
  'Array.of(1, 2)',
  'Array(3).fill(0)',
  'Array(-1)',
  'xs.sort()',
  'xs.reverse(), xs',
  'xs.splice(0, 1), xs',
  'words.sort((a, b) => b.localeCompare(a))',
  'items.sort((a, b) => a.price - b.price).map(i => i.name)',
  '[[1, [2, [3]]]].flat(Infinity)',
  'xs.concat([4], 5)',
  'xs.at(-1)',
  'xs.with(0, 9)',
  'xs.toSorted()',
  'xs.findLast(x => x < 3)',
  'xs.reduce((a, b) => a + b)',
  '[].reduce((a, b) => a)',
  'xs.map(String)',
  '["1", "2", "3"].map(Number)',
  '["1", "2", "3"].map(parseInt)',
  'xs.forEach(x => n += x), n',
  'xs.map(5)',
  'xs.join()',
  's.split(", ")',
  's.split(/o/)',
  's.replace("o", "$&$&")',
  's.replace(/(l+)/g, "[$1]")',
  's.replace(/(?<v>[aeiou])/gi, (m, v, i, all, g) => g.v.toUpperCase())',
  's.replaceAll("l", "L")',
  's.replaceAll(/l/, "L")',
  's.match(/o/g)',
  's.match(/(?<x>W)/).groups.x',
  '[...s.matchAll(/o/g)].map(m => m.index)',
  '/l+/.exec(s).index',
  // arguments of the expression itself
  'arguments.length',
  'Array.from(arguments).slice(0, 3)',
  'typeof arguments',
  '(() => arguments[0])()',
  // texts of functions
  '(class {}).toLocaleString()',
  '((x) => x + 1).toLocaleString()',
  '[(x) => x].toString()',
  '[(x) => x].toLocaleString()',
  // with
  '(() => { with (o) { return a } })()',
  '(() => { with (o) return typeof a + typeof none + b.c.length })()',
  '(() => { with (o) { a = 5; n = 6; return [a, n, o.a] } })()',
  '(() => { const q = { x: 1 }; with (q) { x += 4; x++; var y = x; var x = 9 } return [q, y, x] })()',
  '(() => { with (o) { with ({ a: 2, b: 3 }) { return [a, b, n] } } })()',
  '(() => { with ({ f() { return this.v }, v: 7 }) { return f() } })()',
  '(() => { with ({ f: undefined }) { return f?.() } })()',
  '(() => { with ([1, 2]) { return [length, join("-"), typeof values] } })()',
  '(() => { const q = { x: 1 }; with (q) { delete x; return typeof x + ("x" in q) } })()',
  '(() => { with (o) { let a = 3; return a } })()',
  '(() => { with (o) { return (() => a)() } })()',
  '(() => { const fs = []; for (const i of xs) with ({ i: i * 2 }) fs.push(() => i); return fs.map((f) => f()) })()',
  '(() => { with (nil) { return 1 } })()',
  '(() => { with (u) { return 1 } })()',
  '(() => { with (s) { return length + toUpperCase() } })()',
  '(() => { with (n) { return toFixed(1) } })()',
  '(() => { with (o) { return missing } })()',
  '(() => { "use strict"; with (o) { return a } })()',
  '(() => { with (o) { for (a of xs) { if (a === 1) break } return o.a } })()',
  '(() => { with ({ get a() { return n + 1 } }) { return a } })()',
  '(() => { with (o) { switch (a) { case 1: return "one"; default: return a } } })()',
  '(() => { with (Math) { return max(1, abs(-4)) } })()',
  '[...(function* () { with (o) { yield a; yield b.c[0] } })()]',
  '(() => { with (o) { [a, n] = [8, 9]; return [a, n] } })()',
  '(() => { with ({ x: 1 }) { const f = (x) => x; return f(2) + x } })()',
  '(() => { try { with (o) { throw a } } catch (e) { return e } })()',
  '/W/.test(s)',
  's.search("W")',
  's.padStart(15, "*")',
  's.repeat(2)',
  's.repeat(-1)',
  's.at(-1)',
  's.charCodeAt(0)',
  's.toUpperCase().toLowerCase()',
  's.slice(-5)',
  's.normalize()',
  '"abc".localeCompare("abd")',
  'n.toFixed(2)',
  'f.toString(2)',
  '(1234.5).toLocaleString("en-US")',
  '(0.1 + 0.2).toPrecision(3)',
  'Number("0x1f")',
  'Number.MAX_SAFE_INTEGER',
  'parseInt("12px")',
  'isNaN("x")',
  'Math.round(2.5)',
  'Math.PI',
  'd.toISOString()',
  'd.getFullYear()',
  'd.toLocaleDateString("en-US", { timeZone: "UTC" })',
  'new Date("2024-01-01").toJSON()',
  'new Date(NaN).toISOString()',
  'Date.UTC(2020, 1)',
  'new Intl.NumberFormat("de-DE").format(1234.5)',
  'new Intl.DateTimeFormat("en", { timeZone: "UTC" }).format(d)',
  '[1, 2, 3].map(new Intl.NumberFormat("en", { style: "percent" }).format)',
  'encodeURIComponent(s)',
  'm.get("k")',
  '[...m]',
  'm.set("z", 2).size',
  'new Map(Object.entries(o)).get("a")',
  'structuredClone(o.b)',
  'structuredClone(fn)',
  'btoa("hi")',
  'new URL("https://a.b/c?d=1").searchParams.get("d")',
  'Buffer.from("hi").toString("base64")',
  'Symbol("x").description',
  'Symbol.for("q") === Symbol.for("q")',
  'Symbol.keyFor(Symbol.for("q"))',
  'globalThis === this',
  'typeof globalThis',
  'String(x => x + 1)',
  '"" + function f(a) { return a }',
  'String(Math.max)',
  'fn.toString === Function.prototype.toString',
  'Object.getOwnPropertyNames(o)',
  'Object.getOwnPropertyDescriptor(o, "a")',
  'o.hasOwnProperty("a")',
  'o.toString()',
  'Object.is(NaN, NaN)',
  'Number.prototype.toFixed.call("x", 2)',
  'Array.prototype.map.call("abc", c => c + c)',
  'Array.prototype.slice.call({ 0: "a", length: 1 })',
  '[].concat.apply([], [[1], [2]])',
  'Object.defineProperty({}, "x", { get: () => 4 }).x',
  'new Proxy({}, {})',
  'isFinite(n)',
  'escape("é")',
  'Array.prototype.concat.length',
  'Math.max.name',
  '[3, 2, 1].sort().toString()',
  '`${xs}`',
  '[nil, u, [1]].join("-")',
  '"b" in { a: 1 }',
  'xs.length = 1, xs',
  'xs[5] = 1, xs.length',
  'xs.includes(2)',
  'new Date(2024, 0, 31, 10).getHours()',
  '"a-b_c".split(/[-_]/)',
  'Object.groupBy ? 1 : 0',
  'Number("1_000")',
  '[10, 9, 1].sort()',
  '"%" + 5 + `%`',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are programs

describe('written expressions give what new Function gives', () => {
  test.each(WRITTEN)('%s', (source) => {
    if (/Proxy|Object\.groupBy/.test(source)) return;
    expect(difference(source) ?? '').toBe('');
  });
});
