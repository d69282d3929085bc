// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs in strings
import { afterAll, describe, expect, test, vi } from 'vitest';
import { boundedProcess } from '../testing/bounded-process.ts';
import { compileExpression } from './compile.ts';
import { type Budget, ExpressionBudgetError } from './errors.ts';
import { createRealm, type RealmOptions } from './sandbox/realm.ts';
import { regexRisk } from './sandbox/regex-guard.ts';
import { Scope } from './scope.ts';
import type { EvaluateAnswer, EvaluateOrder } from './testing/evaluate-process.ts';

function evaluate(source: string, options: RealmOptions = {}, frame: Record<string, unknown> = {}): unknown {
  return compileExpression(source).evaluate(new Scope(frame), createRealm(options));
}

// What a missing bound would let run for ever runs elsewhere, where it can be ended.
const elsewhere = boundedProcess<EvaluateOrder, EvaluateAnswer>(
  new URL('testing/evaluate-process.ts', import.meta.url),
);
afterAll(elsewhere.close);

async function exceeded(source: string, options: RealmOptions = {}): Promise<Budget | undefined> {
  const answer = await elsewhere.run({ source, options });
  if ('threw' in answer) throw new Error(answer.threw);
  return 'exceeded' in answer ? answer.exceeded : undefined;
}

// Longer than the other process may take.
vi.setConfig({ testTimeout: 60_000 });

const SMALL = { steps: 20_000, allocation: 1_000_000 };

describe('steps', () => {
  test.each([
    '(() => { while (true); })()',
    '(() => { for (;;); })()',
    '(() => { do {} while (true) })()',
    '(() => { for (const x of (function* () { while (true) yield 1 })()); })()',
    '[...(function* () { while (true) yield 1 })()]',
    'Array.from((function* () { while (true) yield 1 })())',
    'new Set({ *[Symbol.iterator]() { while (true) yield 1 } })',
    'Math.max(...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) })',
    '(([...all]) => all)({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) })',
    '(() => { try { while (true); } catch { return "caught" } })()',
    '(() => { try { while (true); } finally { return "finally" } })()',
    '(() => { while (true) { try { while (true); } catch {} } })()',
    'Array.from({ length: 100000 }).map((_, i, all) => all.map(x => x))',
    '[].indexOf.call({ length: 2 ** 53 - 1 }, 1)',
    '[].includes.call({ length: 1e15 }, 1)',
    '(() => { const a = []; a.length = 4294967295; return a.includes(1) })()',
    '(() => { const a = []; a[4294967294] = 1; return a.reverse() })()',
    'Object.defineProperty({}, "x", { get() { while (true); } }).x',
    '`${{ toString() { while (true); } }}`',
    'JSON.stringify({ toJSON() { while (true); } })',
    '"a".replace(/a/, () => { while (true); })',
    '[2, 1].sort(() => { while (true); })',
  ])('%s', async (source) => {
    // Some of these build large lists on their way, which is refused as well.
    expect(['steps', 'allocation']).toContain(await exceeded(source, SMALL));
  });

  test('they are counted for all expressions of a render together', () => {
    const realm = createRealm({ steps: 100 });
    const loop = compileExpression('(() => { for (let i = 0; i < 40; i++); return 1 })()');
    expect(loop.evaluate(new Scope({}), realm)).toBe(1);
    expect(loop.evaluate(new Scope({}), realm)).toBe(1);
    expect(() => loop.evaluate(new Scope({}), realm)).toThrow(
      'Expression budget exceeded: expressions of this render took more than 100 steps',
    );
  });

  test('an endless asynchronous loop ends with its promise rejected', async () => {
    const result = evaluate('(async () => { while (true) await 1 })()', { steps: 100 });
    await expect(result).rejects.toThrow(ExpressionBudgetError);
  });
});

describe('depth', () => {
  test.each(['(function f() { return f() })()', '(() => { const f = x => [x].map(f); return f(1) })()'])(
    '%s',
    async (source) => {
      expect(await exceeded(source, { depth: 100 })).toBe('depth');
    },
  );

  test('the default is reached before the stack of the process ends', async () => {
    expect(
      await exceeded('(function f(n) { return [n].map(x => ({ v: `${f(x + 1)}` }).v)[0] + 1 })(0)'),
    ).toBe('depth');
    expect(evaluate('(function f(n) { return n === 0 ? 0 : 1 + f(n - 1) })(300)')).toBe(300);
  });

  test('nested text is refused or run, never a crash', () => {
    for (const source of [
      '('.repeat(20_000),
      '['.repeat(20_000),
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      '!'.repeat(50_000),
    ]) {
      expect(() => evaluate(source)).toThrow();
    }
  });
});

describe('allocation', () => {
  test.each([
    '"x".repeat(1e9)',
    '"x".padEnd(1e9)',
    '"x".padStart(1e9, "ab")',
    'Array(1e9)',
    'new Array(2 ** 32 - 1).fill(0)',
    'Array.from({ length: 1e9 })',
    'Array.apply(null, { length: 5000 }).concat(Array(1e9))',
    '(() => { let s = "x"; while (true) s += s })()',
    '(() => { let s = "x"; while (true) s = `${s}${s}` })()',
    '(() => { let s = "x"; while (true) s = s.concat(s) })()',
    '(() => { let a = [1]; while (true) a = [...a, ...a] })()',
    '(() => { let a = [1]; while (true) a = a.concat(a) })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return a.flat(Infinity) })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return JSON.stringify(a) })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return String(a) })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return `${a}` })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return a + "" })()',
    '(() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; return a.join() })()',
    '2n ** 10000000n',
    '1n << 100000000n',
    '(() => { let b = 3n; while (true) b *= b })()',
    '"x".repeat(1e5).replaceAll("x", "y".repeat(1e5))',
    '"x".repeat(1e4).replace(/x/g, "$`")',
    '"x".repeat(1e5).replace(/x/g, () => "y".repeat(1e5))',
    '[1, 2].join("x".repeat(9e5))+[1, 2].join("x".repeat(9e5))',
    'Array(1e5).join("x".repeat(1e3))',
    'new Uint8Array(1e9)',
    'new ArrayBuffer(1e10)',
    'new Float64Array({ length: 1e9 })',
    'Buffer.alloc(1e9)',
    'String.raw({ raw: { length: 1e9 } })',
    'JSON.stringify(Array(1e5).fill({ a: { b: 1 } }), null, 10)',
    '(() => { const a = []; a.length = 4e9; return a.map(x => x) })()',
    '[..."x".repeat(999999), ..."y".repeat(999999)]',
  ])('%s', async (source) => {
    expect(['allocation', 'steps']).toContain(
      await exceeded(source, { steps: 1_000_000, allocation: 1_000_000 }),
    );
  });

  test.each([
    'new Set(a.keys())',
    'new Map(a.entries())',
    'new Set(new Set(a))',
    'new Float64Array(a.keys())',
    'new Float64Array(a)',
    'Uint8Array.from(a.keys())',
    'structuredClone(a)',
    'structuredClone(s.split(""))',
    'structuredClone(new Uint8Array(1e6))',
    'structuredClone(new Set(a))',
    'new TextEncoder().encode(s)',
    'new TextDecoder().decode(b)',
    'encodeURIComponent(s)',
    'decodeURIComponent(s)',
    'escape(s)',
    'btoa(s)',
    'Promise.all(a)',
    'Promise.allSettled(a)',
    'Object.fromEntries(a.entries())',
    'new AggregateError(a)',
    'AggregateError(a.values())',
    'new Intl.ListFormat("en").format(a.fill("b"))',
    'new RegExp(s)',
    'new URL("http://x/" + s)',
    'new URLSearchParams(s)',
    'Object.keys(s)',
    'Object.getOwnPropertyNames(a.fill(1))',
    'Object.getOwnPropertyDescriptors(s)',
    'Object.assign([], a)',
    'Object.assign({}, o)',
    '({ ...o })',
    '({ ...s })',
    '((...all) => all).apply(null, a)',
    'Array.from({ length: 100 }, () => new Intl.Segmenter("en"))',
    'Object.keys(o)',
    'Array.from({ length: 200 }, () => Array(100))',
    's.normalize("NFKC")',
    'Object.groupBy?.(a.keys(), String) ?? s + i',
    'Map.groupBy?.(a.keys(), (key) => key) ?? s + i',
    'a.keys().toArray?.() ?? s + i',
    'new Set(a.keys()).union?.(new Set(s)) ?? s + i',
  ])('of copies: %s', async (made) => {
    const source = `(() => {
      const a = Array(1e5), b = new Uint8Array(1e5), s = "x".repeat(1e5), o = { ...s }, all = [];
      for (let i = 0; i < 1000; i++) all.push(${made});
    })()`;
    expect(await exceeded(source, { allocation: 20_000_000, steps: 50_000_000 })).toBe('allocation');
  });

  test('what promises take from an iterable is bounded, too: they are rejected', async () => {
    const source =
      '(() => { const a = Array(1e5), all = []; for (let i = 0; i < 1000; i++) all.push(Promise.all(a.keys())); return all })()';
    expect(await exceeded(source, { allocation: 20_000_000 })).toBeUndefined();
  });

  // So long that the engine keeps them as tables, which take much more memory than lists.
  test.each([
    'Array(4e7).fill(0)',
    'Array.from({ length: 4e7 })',
    '(() => { const a = []; a.length = 4e7; return a.fill(0) })()',
    '(() => { const a = []; a[4e7] = 0; return a.fill(0) })()',
    '(() => { const a = []; a[4e7] = 0; return a.toReversed() })()',
    'Array(3e7).concat(Array(3e7))',
  ])('of lists that are tables: %s', async (source) => {
    expect(await exceeded(source)).toBe('allocation');
  });

  test('the error says how to go on', () => {
    expect(() => evaluate('"x".repeat(1e9)')).toThrow('raise budget.allocation');
    expect(() => evaluate('"x".repeat(1e6).length')).not.toThrow();
  });

  test('errors of the engine stay what they are', () => {
    expect(() => evaluate('"x".repeat(-1)')).toThrow('Invalid count value: -1');
    expect(() => evaluate('(() => { const a = []; a.push(a); return JSON.stringify(a) })()')).toThrow(
      'circular',
    );
    expect(evaluate('(() => { const a = [1]; a.push(a); return String(a) })()')).toBe('1,');
    expect(() => evaluate('new Array(-1)')).toThrow('Invalid array length');
  });
});

describe('time', () => {
  test.each([
    '(() => { const s = "x".repeat(1e7), t = s + "y"; for (;;) s.indexOf(t) })()',
    '(() => { const s = "x".repeat(1e7), t = "x".repeat(1e7); for (;;) if (s !== t) break })()',
    '(function f(s, t) { return s < t || [1].forEach(() => f(s, t)) || f(s, t) })("x".repeat(1e7), "x".repeat(1e7))',
    '(() => { const s = " ".repeat(1e7); for (;;) Number(s) })()',
    '(() => { const a = Array(1e6); while (true) a.keys().every?.(isNaN) ?? Number(" ".repeat(1e6)) })()',
  ])('%s', async (source) => {
    expect(['time', 'steps', 'depth', 'allocation']).toContain(await exceeded(source, { time: 0.5 }));
  });

  test('each expression has its own', async () => {
    const realm = createRealm({ time: 0 });
    const loop = compileExpression('(() => { for (let i = 0; i < 1000; i++); return 1 })()');
    for (let round = 0; round < 20; round++) expect(loop.evaluate(new Scope({}), realm)).toBe(1);
    expect(() =>
      compileExpression('(() => { for (let i = 0; i < 1e5; i++); })()').evaluate(new Scope({}), realm),
    ).toThrow('Expression budget exceeded: an expression ran for more than 0 seconds');
  });
});

describe('regular expressions', () => {
  test.each([
    ['a+b', 1, false],
    ['(a+)+', 2, true],
    ['(a|a)*b', 1, true],
    ['(?:x+x+)+y', 3, true],
    ['\\d{4}-\\d{2}', 0, false],
    ['[(+*]', 0, false],
    ['\\(+', 1, false],
    ['(a)\\1', 0, true],
    ['^(?=.*x).*$', 2, false],
    ['(a?){30}', 1, true],
    ['a{2,}', 1, false],
    ['a{2,5}', 0, false],
  ])('risk of %s', (source, degree, exponential) => {
    expect(regexRisk(source)).toEqual({ degree, exponential });
  });

  test.each([
    '/(a+)+$/.test("a".repeat(60) + "b")',
    '[..."a".repeat(60)].join("").concat("b").match("(a+)+$")',
    '("a".repeat(60) + "b").replace(new RegExp("(a|a)*$", "g"), "")',
    '[...("a".repeat(60) + "b").matchAll(/(a+)+$/g)]',
  ])('%s', async (source) => {
    expect(await exceeded(source)).toBe('regex');
  });

  test('a watched expression that ends gives its result', () => {
    expect(evaluate('"a".repeat(500).match(/(a+)+/)[0].length')).toBe(500);
    expect(evaluate('("a b ".repeat(200)).replace(/(\\w\\s?)+/g, x => x.length)')).toBe('800');
    expect(() => evaluate('"a".repeat(500).replace(/(a+)+/, () => { throw new TypeError("mine") })')).toThrow(
      'mine',
    );
  });
});
