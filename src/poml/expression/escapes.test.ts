import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileExpression } from './compile.ts';
import { CODE_MAKERS } from './sandbox/intrinsics.ts';
import { createRealm } from './sandbox/realm.ts';
import { Scope } from './scope.ts';
import { ESCAPES } from './testing/escapes.ts';

class Instance {
  readonly value = 1;

  method(): number {
    return this.value;
  }
}

/** Stands for Zod, with its text-evaluating part. */
const library = {
  string: () => new Instance(),
  config: () => 'configured',
  core: {
    Doc: class Doc {
      compile(): void {
        (globalThis as Record<string, unknown>).__reached = 1;
      }
    },
  },
};

function context(): Record<string, unknown> {
  return {
    contextFunction: function given() {
      return 1;
    },
    instance: new Instance(),
    bytes: Buffer.from('pooled'),
    z: undefined,
  };
}

type Snapshot = Map<object, readonly [object | null, boolean, [PropertyKey, PropertyDescriptor][]]>;

// Getters of these load parts of Node or belong to the test runner.
const ROOTS = Object.getOwnPropertyNames(globalThis).filter(
  (name) => /^[A-Z]/.test(name) && name !== 'WebSocket',
);

/** Everything that programs could try to change: all intrinsics and what hangs on them. */
function snapshot(): Snapshot {
  const seen: Snapshot = new Map();
  const queue: unknown[] = [Instance, library, Object.getPrototypeOf(Int8Array)];
  for (const name of ROOTS) queue.push(Object.getOwnPropertyDescriptor(globalThis, name)?.value);
  for (const made of [
    function* () {},
    async () => {},
    async function* () {},
    [].values(),
    new Map().values(),
  ]) {
    queue.push(Object.getPrototypeOf(made));
  }
  while (queue.length > 0) {
    const value = queue.pop();
    if (!((typeof value === 'object' && value !== null) || typeof value === 'function') || seen.has(value))
      continue;
    const properties = Reflect.ownKeys(value).map((key): [PropertyKey, PropertyDescriptor] => [
      key,
      Object.getOwnPropertyDescriptor(value, key)!,
    ]);
    const prototype = Object.getPrototypeOf(value) as object | null;
    seen.set(value, [prototype, Object.isExtensible(value), properties]);
    queue.push(prototype);
    for (const [, descriptor] of properties) queue.push(descriptor.value, descriptor.get, descriptor.set);
  }
  return seen;
}

/** The last match of any regular expression and the like change all the time. */
const VOLATILE = /^(?:\$|last|left|right|input)/;

function changes(before: Snapshot): string[] {
  const found: string[] = [];
  for (const [object, [prototype, extensible, properties]] of before) {
    if (Object.getPrototypeOf(object) !== prototype) found.push(`prototype of ${String(object)}`);
    if (Object.isExtensible(object) !== extensible) found.push('extensibility');
    const keys = Reflect.ownKeys(object);
    if (keys.length !== properties.length) found.push(`keys of ${typeof object}: ${String(keys.at(-1))}`);
    for (const [key, old] of properties) {
      if (VOLATILE.test(String(key))) continue;
      const now = Object.getOwnPropertyDescriptor(object, key);
      if (now === undefined || (now.value !== old.value && !Number.isNaN(old.value)))
        found.push(`value of ${String(key)}`);
      else if (now.get !== old.get || now.set !== old.set || now.writable !== old.writable)
        found.push(String(key));
    }
  }
  return found;
}

const FORBIDDEN = new Set<unknown>([...CODE_MAKERS, globalThis, process, library.core, library.core.Doc]);

/** All that a result hands out, a few levels deep. */
function* reachable(value: unknown, depth = 4): Generator<unknown> {
  yield value;
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor && 'value' in descriptor) yield* reachable(descriptor.value, depth - 1);
  }
}

describe('attempts to escape', () => {
  const global = globalThis as Record<string, unknown>;
  let before: Snapshot;

  beforeAll(() => {
    before = snapshot();
  });

  afterAll(() => {
    delete global.__reached;
  });

  test('there are many', () => {
    expect(ESCAPES.length).toBeGreaterThan(200);
    expect(before.size).toBeGreaterThan(700);
  });

  test.each(ESCAPES)('$name', async ({ source }) => {
    const realm = createRealm({ steps: 100_000, extra: { z: library } });
    const { z: _, ...frame } = context();
    const keys = Object.keys(globalThis).join();
    let result: unknown;
    try {
      result = compileExpression(source).evaluate(new Scope(frame), realm);
      if (result instanceof Promise) result = await result.catch((error: unknown) => error);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      result = undefined;
    }
    // What the host does with results may run the program's functions.
    for (const value of reachable(result)) expect(FORBIDDEN.has(value)).toBe(false);
    // More than this would be memory of the process.
    expect(typeof result === 'number' && result > 5000 && result < 100_000).toBe(false);
    if (typeof result === 'string') expect(result).not.toMatch(/node_modules|file:\/\/|\.ts:\d/);
    expect(global.__reached).toBeUndefined();
    expect(Object.keys(globalThis).join()).toBe(keys);
    expect(changes(before)).toEqual([]);
    expect(Buffer.from('pooled').toString()).toBe('pooled');
  });
});

test('results that contain a function of the host are not handed out as values', () => {
  const evaluate = (source: string): unknown =>
    compileExpression(source).evaluate(new Scope(context()), createRealm({}));
  expect(evaluate('(() => {}).constructor === Function')).toBe(true);
  expect(evaluate('[].constructor === Array && [] instanceof Array')).toBe(true);
  expect(evaluate('typeof Function + typeof eval')).toBe('functionfunction');
  expect(() => evaluate('Function("1")')).toThrow('Function is not available in expressions');
  expect(() => evaluate('Object.prototype.x = 1')).toThrow(
    'Built-in objects cannot be changed in expressions',
  );
});

describe('what a context brings along', () => {
  const evaluate = (source: string, frame: Record<string, unknown>): unknown =>
    compileExpression(source).evaluate(new Scope(frame), createRealm({ extra: { z: library } }));

  test('functions of the host that nobody has judged are not called', () => {
    const frame = { native: Atomics.isLockFree, bytes: Uint8Array.of(0) };
    for (const source of ['native(bytes)', 'native.call(null, bytes)', '[bytes].map(native)', 'new native()'])
      expect(() => evaluate(source, frame)).toThrow('isLockFree is not available in expressions');
  });

  test('a function that gives its surroundings gives those of the program', () => {
    const frame = { sloppy: new Function('return this') };
    const ways = ['()', '.call()', '.apply()', '.bind()()'].map((way) => `sloppy${way}`);
    for (const source of [...ways, '[1].reduce(sloppy, 0)', '[1].map(sloppy)[0]', '[1].map(sloppy).at(0)'])
      expect(evaluate(`(${source}) === globalThis`, frame)).toBe(true);
    expect(evaluate('sloppy()', frame)).not.toBe(globalThis);
  });

  test('inner parts of a library are not read', () => {
    for (const source of ['z.string().constructor', 'z.string()._zod', 'z.string()["~standard"]', 'z.config'])
      expect(() => evaluate(source, {})).toThrow('of a library is not available in expressions');
  });
});

test('a tool that looks at stacks is not handed out', () => {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, frames) => frames;
  try {
    const evaluate = (source: string): unknown =>
      compileExpression(source).evaluate(new Scope({}), createRealm({}));
    expect(evaluate('Error.prepareStackTrace')).toBeUndefined();
    expect(evaluate('typeof TypeError.prepareStackTrace')).toBe('undefined');
  } finally {
    Error.prepareStackTrace = before;
  }
});

test('what one render creates is not seen by the next', () => {
  const evaluate = (source: string, realm = createRealm({})): unknown =>
    compileExpression(source).evaluate(new Scope({}), realm);
  const realm = createRealm({});
  expect(evaluate('leaked = 5', realm)).toBe(5);
  expect(evaluate('leaked + globalThis.leaked', realm)).toBe(10);
  expect(evaluate('typeof leaked')).toBe('undefined');
  expect('leaked' in globalThis).toBe(false);
});
