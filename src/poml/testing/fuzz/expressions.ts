import type { Random } from './random.ts';
import { ODD_NAMES } from './values.ts';

const NAMES = [
  'name',
  'items',
  'user',
  'count',
  'flag',
  'rows',
  'tree',
  'messages',
  'item',
  'loop',
  'made',
  'nothing',
];
const ODD_NAMES_TOO = ['missing', ...ODD_NAMES];

function nameOf(random: Random): string {
  return random.pick(random.chance(random.odd(0.5)) ? ODD_NAMES_TOO : NAMES);
}

const LITERALS = [
  '1',
  '0',
  '-1',
  '1.5',
  '1e21',
  '0x1f',
  '10n',
  '""',
  "'a'",
  "'À'",
  "'\\ud800'",
  '`t`',
  'true',
  'false',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '[]',
  '[1, 2, 3]',
  '{}',
  '({})',
  '({a: 1})',
  '[[1], [2, 3]]',
  '/a+/g',
  'Symbol("s")',
];

const METHODS = [
  'toString()',
  'length',
  'toUpperCase()',
  'slice(1)',
  'split("")',
  'join(", ")',
  'map(x => x)',
  'map((x, i) => i + ": " + x)',
  'filter(Boolean)',
  'reduce((a, b) => a + b, 0)',
  'sort()',
  'reverse()',
  'flat()',
  'at(-1)',
  'replace(/a/g, "b")',
  'padStart(20, "*")',
  'repeat(3)',
  'name',
  'first',
  'index',
  '[0]',
  '["a"]',
  'constructor',
  '__proto__',
  'toFixed(2)',
  'toLocaleString()',
  'trim()',
  'includes(1)',
  'entries()',
  'then(x => x)',
];

/** Expressions that change what they were given, or something that all expressions share. */
const CHANGING = [
  'items.push(1)',
  'items.length = 0',
  'user.name = "changed"',
  'delete user.name',
  'Object.assign(user, {more: items})',
  'made = [items]',
  'this.made = 1',
  'user.self = user',
  'items.push(items)',
  'items.splice(0, 1)',
  'items.sort(() => Math.random() - 0.5)',
  'Object.defineProperty(user, "x", {get() { throw new Error("x") }, enumerable: true})',
  'Object.freeze(items)',
  'Array.prototype.map = null',
  'Object.prototype.polluted = 1',
  'String.prototype.trim = () => { throw 1 }',
  'Object.setPrototypeOf(user, null)',
  'user.__proto__.x = 1',
  'user["__proto__"] = {x: 1}',
];

/** Expressions that fail, in as many ways as there are. */
const FAILING = [
  'throw new Error("x")',
  '(() => { throw null })()',
  '(() => { throw undefined })()',
  '(() => { throw {message: 5} })()',
  '(() => { throw "text" })()',
  '(() => { throw Object.create(null) })()',
  '(() => { throw {toString() { throw 1 }} })()',
  '(() => { throw Symbol("s") })()',
  '(() => { const e = new Error("x"); e.message = {}; throw e })()',
  'null.x',
  'undefined()',
  'missing.deep.path',
  'a b',
  '{',
  ')',
  '//',
  '/*',
  '"open',
  'await 1',
  'yield',
  'import("fs")',
  'import.meta',
  'require("fs")',
  'process.exit(1)',
  'globalThis.process',
  'new Function("return process")()',
  '(() => {}).constructor("return process")()',
  'eval("1")',
  'debugger',
  'class A { #x = 1; get x() { return this.#x } }',
  'new.target',
  'super.x',
  'with (user) name',
  'BigInt(1) + 1',
  'Symbol() + ""',
  'JSON.parse("{")',
  'new Date(NaN).toISOString()',
  '"x".repeat(-1)',
  'new Array(-1)',
  'new Intl.NumberFormat("xx-invalid-locale-zzzzzzzzzz")',
  'structuredClone(() => 1)',
];

/** Values that cannot be shown as they are. */
const STRANGE = [
  '() => 1',
  'function f() { return 1 }',
  'class A {}',
  'Promise.resolve(1)',
  'Promise.reject(new Error("x"))',
  'new Promise(() => {})',
  '(async () => { throw new Error("x") })()',
  '(async () => await 1)()',
  '(function* () { yield 1; yield 2 })()',
  '[...(function* () { yield 1; yield 2 })()]',
  'new Map([[1, 2]])',
  'new Set(items)',
  'new WeakMap()',
  'new Date(0)',
  'new Date()',
  'new Date(NaN)',
  'Math.random()',
  'new Proxy({}, {get() { throw new Error("x") }, ownKeys() { throw new Error("y") }})',
  '({get a() { throw new Error("x") }})',
  '({toJSON() { throw new Error("x") }})',
  '({toJSON() { return this }})',
  '({toString() { return {} }})',
  '({toString() { throw 1 }, valueOf() { throw 2 }})',
  '({[Symbol.toPrimitive]() { return {} }})',
  '({[Symbol.iterator]: 1})',
  '(() => { const a = []; a.push(a); return a })()',
  '(() => { const o = {}; o.o = o; return o })()',
  'Object.create(null)',
  'JSON.parse(\'{"__proto__": {"x": 1}, "constructor": 2}\')',
  '[, 1, , 2]',
  'Array(100)',
  'new Array(5)',
  'Object.assign([1, 2], {extra: 1})',
  'new Uint8Array(4)',
  'Buffer',
  'globalThis',
  'this',
  'Math',
  'JSON',
  'new Error("x")',
  'new String("boxed")',
  'Object(1n)',
  '[10n, 1]',
  '({a: 10n})',
  '-0',
  '({type: "image/png", base64: "x"})',
  '({_def: {}})',
  '({_def: 1, type: "object"})',
  'arguments',
  'console.log("x")',
  'String.raw`a\\u0041`',
  '"a\\u0000b"',
  '"a\\nb\\n\\nc"',
  '"<p>&amp;</p>"',
  '"{{ name }}"',
];

/** Expressions that would take for ever, or all memory. */
const GREEDY = [
  '(() => { while (true) {} })()',
  '(() => { for (;;); })()',
  '(function f() { return f() })()',
  '(function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) })(40)',
  '"x".repeat(1e9)',
  '"x".repeat(3e7)',
  '(() => { let s = "x"; while (true) s += s })()',
  '(() => { const a = []; while (true) a.push(a) })()',
  'new Array(1e9).fill(0)',
  'Array.from({length: 1e8})',
  'Array.from({length: 200000}, (_, i) => i)',
  'Array(4294967295)',
  '(() => { const a = []; a.length = 4294967295; return a })()',
  '"a".padEnd(1e9)',
  '/^(a+)+$/.test("a".repeat(40) + "b")',
  '/(x+x+)+y/.exec("x".repeat(60))',
  '"a".repeat(50000).match(/(.*)*b/)',
  '[...Array(1e7).keys()].map(x => "y".repeat(100))',
  '10n ** 10000000n',
  '"x".repeat(10000).split("").map(() => "x".repeat(10000)).join("")',
  '(() => { let o = {}; for (let i = 0; i < 20000; i++) o = {o}; return o })()',
  '(() => { let o = []; for (let i = 0; i < 20000; i++) o = [o]; return o })()',
  '(() => { let o = []; for (let i = 0; i < 30; i++) o = [o, o]; return o })()',
  '(() => { let o = {}; for (let i = 0; i < 30; i++) o = {a: o, b: o}; return o })()',
  'JSON.parse("[".repeat(50000) + "]".repeat(50000))',
  `${'('.repeat(5000)}1${')'.repeat(5000)}`,
  `${'!'.repeat(20_000)}1`,
  `${'[1].concat('.repeat(500)}[]${')'.repeat(500)}`,
  Array(3000).fill('1').join(' + '),
  'Object.fromEntries(Array.from({length: 100000}, (_, i) => ["k" + i, i]))',
];

/** A JavaScript expression, up to some nesting. */
export function expressionOf(random: Random, depth = 3): string {
  const inner = () => expressionOf(random, depth - 1);
  if (random.calm && random.chance(0.6)) return random.pick(CALM);
  if (depth <= 0) return random.chance(0.6) ? nameOf(random) : random.pick(LITERALS);
  return random.choose([
    [random.calm ? 30 : 6, () => nameOf(random)],
    [3, () => random.pick(LITERALS)],
    [4, () => memberOf(inner(), random)],
    [
      2,
      () =>
        `${inner()} ${random.pick(['+', '-', '*', '/', '%', '**', '==', '===', '<', '>=', '&&', '||', '??', ',', 'in', 'instanceof'])} ${inner()}`,
    ],
    [1, () => `${inner()} ? ${inner()} : ${inner()}`],
    [1, () => `${random.pick(['!', '-', '+', 'typeof ', 'void ', '~', 'delete '])}${inner()}`],
    [1, () => `[${random.some(4, inner).join(', ')}]`],
    [
      1,
      () =>
        `({${random.some(3, () => `${random.pick(['a', 'b', 'name', '"x y"', '[1]', '__proto__'])}: ${inner()}`).join(', ')}})`,
    ],
    [1, () => `[...${inner()}]`],
    [0.7, () => `\`a\${${inner()}}b\``],
    [
      0.7,
      () => `(${random.pick(['x', '(x, y = 1)', '({a})', '([a])', '(...r)'])} => ${inner()})(${inner()})`,
    ],
    [0.7, () => `(() => { ${random.pick(['const', 'let', 'var'])} q = ${inner()}; return ${inner()} })()`],
    [0.5, () => `(() => { try { return ${inner()} } catch (e) { return e } finally { } })()`],
    [
      0.5,
      () =>
        `Object.${random.pick(['keys', 'values', 'entries', 'freeze', 'getOwnPropertyNames'])}(${inner()})`,
    ],
    [0.5, () => `JSON.stringify(${inner()})`],
    [
      0.5,
      () =>
        `${random.pick(['String', 'Number', 'Boolean', 'parseInt', 'Array.from', 'Math.max', 'encodeURIComponent', 'isNaN'])}(${inner()})`,
    ],
    [random.odd(1.2), () => random.pick(STRANGE)],
    [random.odd(0.8), () => random.pick(CHANGING)],
    [random.odd(0.8), () => random.pick(FAILING)],
    [random.odd(0.008), () => random.pick(GREEDY)],
  ]);
}

function memberOf(object: string, random: Random): string {
  const member = random.pick(METHODS);
  const target = /^[\w$.[\]()"]+$/.test(object) ? object : `(${object})`;
  return member.startsWith('[')
    ? `${target}${member}`
    : `${target}${random.pick(['.', '.', '.', '?.'])}${member}`;
}

/** What authors write most. */
const CALM = [
  'name',
  'user.name',
  'count + 1',
  'items.length',
  'flag ? "yes" : "no"',
  'items',
  'user',
  'name.toUpperCase()',
  'rows.map(row => Object.keys(row).join()).join("; ")',
  "user.name + ' is ' + user.age",
];

/** Something for `for="… in …"`: lists mostly. */
export function listOf(random: Random): string {
  return random.choose([
    [6, () => 'items'],
    [3, () => 'rows'],
    [2, () => '[1, 2, 3]'],
    [1, () => 'Object.entries(user)'],
    [1, () => '[[1, 2], [3]]'],
    [2, () => `Array.from({length: ${random.skewed(300)}}, (_, i) => i)`],
    [0.01, () => 'Array.from({length: 3000}, (_, i) => i)'],
    [2, () => expressionOf(random, 2)],
  ]);
}
