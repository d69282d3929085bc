// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs in strings
import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { ExpressionSyntaxError } from './errors.ts';
import { createRealm, type RealmOptions } from './sandbox/realm.ts';
import { Scope } from './scope.ts';

function evaluate(source: string, options: RealmOptions = {}, frame: Record<string, unknown> = {}): unknown {
  return compileExpression(source).evaluate(new Scope(frame), createRealm(options));
}

describe('the pinned clock', () => {
  const now = Date.UTC(2025, 6, 1, 12);
  test.each([
    ['new Date().toISOString()', '2025-07-01T12:00:00.000Z'],
    ['Date.now()', now],
    ['new Date().getTime() === Date.now()', true],
    ['Date().slice(0, 15)', 'Tue Jul 01 2025'],
    ['[1].map(Date.now)[0]', now],
    ['new (class extends Date {})().toISOString()', '2025-07-01T12:00:00.000Z'],
    ['new Date(0).toISOString()', '1970-01-01T00:00:00.000Z'],
    ['new Date() instanceof Date', true],
  ])('%s', (source, expected) => {
    expect(evaluate(source, { now, timeZone: 'UTC' })).toBe(expected);
  });

  test('without one it is the real clock', () => {
    const before = Date.now();
    const value = evaluate('Date.now()') as number;
    expect(value).toBeGreaterThanOrEqual(before);
    expect(value).toBeLessThanOrEqual(Date.now());
  });
});

describe('the seed', () => {
  const source = '[Math.random(), Math.random(), [1].map(Math.random)[0]]';

  test('the same seed gives the same numbers in each render', () => {
    expect(evaluate(source, { seed: 7 })).toEqual(evaluate(source, { seed: 7 }));
    expect(evaluate(source, { seed: 7 })).not.toEqual(evaluate(source, { seed: 8 }));
  });

  test('without one they are truly random', () => {
    expect(evaluate(source)).not.toEqual(evaluate(source));
  });
});

describe('locale and time zone', () => {
  const options = { locale: 'de-DE', timeZone: 'Asia/Tokyo', now: Date.UTC(2025, 0, 1, 20, 30) };
  test.each([
    ['(1234.5).toLocaleString()', '1.234,5'],
    ['(1234.5).toLocaleString("en-US")', '1,234.5'],
    ['new Intl.NumberFormat().format(1234.5)', '1.234,5'],
    ['Intl.NumberFormat().format(1.5)', '1,5'],
    ['12345n.toLocaleString()', '12.345'],
    ['[1234.5].toLocaleString()', '1.234,5'],
    ['new Date().toLocaleDateString()', '2.1.2025'],
    ['new Date().toLocaleDateString("en-US")', '1/2/2025'],
    ['new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })', '05:30'],
    ['new Date().toLocaleTimeString("en-GB", { timeZone: "UTC" })', '20:30:00'],
    ['new Intl.DateTimeFormat("en-GB", { dateStyle: "short" }).format(new Date())', '02/01/2025'],
    ['new Date().getHours()', 5],
    ['new Date().getDate()', 2],
    ['new Date().getDay()', 4],
    ['new Date().getTimezoneOffset()', -540],
    ['new Date().toString().slice(0, 33)', 'Thu Jan 02 2025 05:30:00 GMT+0900'],
    ['`${new Date()}`.slice(0, 33)', 'Thu Jan 02 2025 05:30:00 GMT+0900'],
    ['(new Date() + "").slice(0, 33)', 'Thu Jan 02 2025 05:30:00 GMT+0900'],
    ['String(new Date()).slice(0, 15)', 'Thu Jan 02 2025'],
    ['new Date().toDateString()', 'Thu Jan 02 2025'],
    ['new Date(2025, 0, 1).toISOString()', '2024-12-31T15:00:00.000Z'],
    ['new Date("2025-01-01T00:00").toISOString()', '2024-12-31T15:00:00.000Z'],
    ['new Date("2025-01-01").toISOString()', '2025-01-01T00:00:00.000Z'],
    ['new Date("2025-01-01T00:00Z").toISOString()', '2025-01-01T00:00:00.000Z'],
    ['new Date("Jan 1, 2025").toISOString()', '2024-12-31T15:00:00.000Z'],
    ['(d => (d.setHours(0, 0, 0, 0), d.toISOString()))(new Date())', '2025-01-01T15:00:00.000Z'],
    ['(d => (d.setDate(d.getDate() + 30), d.toISOString()))(new Date())', '2025-01-31T20:30:00.000Z'],
    ['new Date() - new Date(2025, 0, 2)', 19_800_000],
    ['"z".localeCompare("ä")', 1],
  ])('%s', (source, expected) => {
    expect(evaluate(source, options)).toBe(expected);
  });

  test.each([
    ['new Date(2025, 2, 30, 2, 30).toISOString()', '2025-03-30T01:30:00.000Z'],
    ['new Date(2025, 9, 26, 2, 30).toISOString()', '2025-10-26T00:30:00.000Z'],
    ['new Date(2025, 6, 1).getTimezoneOffset()', -120],
    ['new Date(2025, 0, 1).getTimezoneOffset()', -60],
    ['new Date(99, 0, 1).getFullYear()', 1999],
    ['new Date(NaN).getHours()', Number.NaN],
    ['String(new Date(NaN))', 'Invalid Date'],
  ])('clock changes in Berlin: %s', (source, expected) => {
    expect(evaluate(source, { timeZone: 'Europe/Berlin' })).toBe(expected);
  });
});

describe('names of variables', () => {
  const fails = (frame: Record<string, unknown>): unknown => {
    try {
      return evaluate('1', {}, frame);
    } catch (error) {
      return error;
    }
  };

  test.each(['my-var', 'class', '1a', 'a b', '', 'a) {', '}', 'null', 'a/*', 'new.x', '"x"', 'enum'])(
    'the name %j makes every expression fail',
    (name) => {
      const error = fails({ [name]: 2, ok: 1 });
      expect(error).toBeInstanceOf(ExpressionSyntaxError);
      expect(() => new Function(name, 'ok', 'return 1')).toThrow(SyntaxError);
      expect((error as Error).message).toContain(JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"'));
    },
  );

  test.each([
    'eval',
    'arguments',
    'let',
    'static',
    'await',
    'yield',
    'async',
    'of',
    'undefined',
    'ünï',
    '$',
    '_',
  ])('the name %s is fine', (name) => {
    expect(evaluate(name, {}, { [name]: 5 })).toBe(5);
  });

  test('names that are parameters as written are taken apart', () => {
    const scope = new Scope({ base: 10 });
    const run = (source: string, frame: Record<string, unknown>): unknown =>
      compileExpression(source).evaluate(scope.child(frame), createRealm({}));
    expect(run('[id, price, base]', { '{id, price = base * 2}': { id: 1 } })).toEqual([1, 20, 10]);
    expect(run('k + v', { '[k, v]': ['a', 1] })).toBe('a1');
    expect(run('[a, b]', { 'a, b': 1, c: 2 })).toEqual([1, 2]);
    expect(run('rest', { '...rest': [1] })).toEqual([[1]]);
    expect(run('x', { 'x = 4': undefined })).toBe(4);
    expect(run('[a, q]', { '{ a, ...q }': { a: 1, b: 2 } })).toEqual([1, { b: 2 }]);
  });

  test('a pattern fails each expression when it does not fit', () => {
    expect(() => evaluate('1', {}, { '{id}': null })).toThrow("Cannot destructure property 'id'");
    expect(() => evaluate('1', {}, { '[a]': 5 })).toThrow('is not iterable');
    expect(() => evaluate('1', {}, { id: 1, '{id}': {} })).toThrow(ExpressionSyntaxError);
  });

  test('a bad name that is added later is noticed', () => {
    const globals: Record<string, unknown> = { a: 1 };
    const scope = new Scope(globals);
    const expression = compileExpression('a');
    expect(expression.evaluate(scope, createRealm({}))).toBe(1);
    scope.define('b-c', 2);
    expect(() => expression.evaluate(scope, createRealm({}))).toThrow(ExpressionSyntaxError);
  });

  test('only own properties are variables', () => {
    expect(() =>
      evaluate('inherited', {}, Object.create({ inherited: 1 }) as Record<string, unknown>),
    ).toThrow('inherited is not defined');
    expect(evaluate('typeof toString')).toBe('function');
  });
});

describe('layers', () => {
  test('inner names hide outer ones, and variables set later are seen everywhere', () => {
    const scope = new Scope({ x: 1, y: 2 });
    const inner = scope.child({ x: 10 }).child({ z: 3 });
    const run = (source: string, at: Scope): unknown =>
      compileExpression(source).evaluate(at, createRealm({}));
    expect(run('[x, y, z]', inner)).toEqual([10, 2, 3]);
    scope.define('y', 20);
    scope.define('x', 5);
    expect(run('[x, y, z]', inner)).toEqual([10, 20, 3]);
    expect(inner.flatten()).toEqual({ x: 10, y: 20, z: 3 });
    expect(Object.keys(inner.flatten())).toEqual(['x', 'y', 'z']);
  });

  test('functions keep the variables of their evaluation', () => {
    const scope = new Scope({ rate: 2 });
    const double = compileExpression('x => x * rate').evaluate(scope, createRealm({})) as (
      x: number,
    ) => number;
    scope.define('rate', 100);
    expect(double(4)).toBe(8);
  });

  test('assigning a variable ends with the evaluation, changing a value does not', () => {
    const frame = { n: 1, list: [1] };
    expect(evaluate('n = 5, list.push(n), n', {}, frame)).toBe(5);
    expect(frame).toEqual({ n: 1, list: [1, 5] });
  });

  test('libraries lie below all variables', () => {
    const library = { string: () => 'made', core: { evil: 1 } };
    const scope = new Scope({}).under({ z: library });
    const run = (source: string, at = scope): unknown =>
      compileExpression(source).evaluate(at, createRealm({}));
    expect(run('z.string()')).toBe('made');
    expect(run('[1].map(() => z.string())')).toEqual(['made']);
    expect(() => run('z.core')).toThrow('not available in expressions');
    expect(run('z', scope.child({ z: 4 }))).toBe(4);
  });
});

describe('native', () => {
  test('runs with full access', () => {
    expect(evaluate('process.version', { native: true })).toBe(process.version);
    expect(evaluate('[a, z]', { native: true }, { a: 1, z: 2 })).toEqual([1, 2]);
  });
});

describe('errors', () => {
  test.each([
    ['u.x', "Cannot read properties of undefined (reading 'x')"],
    ['o.a.b.c', "Cannot read properties of undefined (reading 'c')"],
    ['undeclared', 'undeclared is not defined'],
    ['o.run()', 'o.run is not a function'],
    ['o.list.map(x => x).run(1)', 'o.list.map(...).run is not a function'],
    ['o["run"]()', 'o.run is not a function'],
    ['n()', 'n is not a function'],
    ['new n()', 'n is not a constructor'],
    ['[...n]', 'n is not iterable'],
    ['(() => { const { a } = u })()', "Cannot destructure property 'a' of 'u' as it is undefined."],
    ['(() => { const c = 1; c = 2 })()', 'Assignment to constant variable.'],
    ['(() => { q; let q })()', "Cannot access 'q' before initialization"],
    ['1n + 1', 'Cannot mix BigInt and other types, use explicit conversions'],
    ['"a" in "b"', "Cannot use 'in' operator to search for 'a' in b"],
    ['1 instanceof 1', "Right-hand side of 'instanceof' is not an object"],
    ['null.x = 1', "Cannot set properties of null (setting 'x')"],
    ['Symbol() + ""', 'Cannot convert a Symbol value to a string'],
  ])('%s', (source, message) => {
    const frame = { u: undefined, o: { a: {}, list: [] }, n: 5 };
    expect(() => evaluate(source, {}, frame)).toThrow(message);
    const native = new Function(...Object.keys(frame), `return ${source}`);
    expect(() => native(...Object.values(frame))).toThrow(message);
  });

  test('a syntax error shows when the expression is evaluated, with its place', () => {
    const expression = compileExpression('a + * b');
    expect(expression.pure).toBe(true);
    let thrown: unknown;
    try {
      expression.evaluate(new Scope({}), createRealm({}));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ExpressionSyntaxError);
    expect(thrown).toBeInstanceOf(SyntaxError);
    expect((thrown as ExpressionSyntaxError).offset).toBe(4);
    expect((thrown as Error).message).toBe("Unexpected token '*'");
  });
});

test('asynchronous functions run', async () => {
  const source = `(async () => {
    const seen = [];
    for await (const x of (async function* () { yield 1; yield* [2, Promise.resolve(3)]; })()) seen.push(x);
    try { await Promise.reject(new Error('no')) } catch (e) { seen.push(e.message) }
    let total = 1;
    total += await (async x => x * 2)(4);
    return [...seen, total, (await null)?.x.y, { k: await 'v' }];
  })()`;
  await expect(evaluate(source)).resolves.toEqual([1, 2, 3, 'no', 9, undefined, { k: 'v' }]);
  expect(JSON.stringify(evaluate('(async () => 1)()'))).toBe('{}');
  // A rejection that nobody handles must not end the process.
  evaluate('(async () => { throw 1 })(), Promise.reject(2), Promise.reject(3).then(x => x)');
  await new Promise((resolve) => setImmediate(resolve));
});
