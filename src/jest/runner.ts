import { createRequire } from 'node:module';
import type { CounterState } from './counters.ts';

/** What Jest tells about where it is; of its own state, only what is used. */
export interface JestState {
  testPath?: string | undefined;
  currentTestName?: string | undefined;
  snapshotState?: CounterState & { _rootDir?: string };
}

interface Expect {
  (actual: unknown): { toEqual(expected: unknown): void };
  extend(matchers: Record<string, unknown>): void;
  getState(): JestState;
}

type Define = (name: string, body: () => unknown, timeout?: number) => void;

/** What is used of Jest's globals. */
export interface JestGlobals {
  expect: Expect;
  describe: (name: string, body: () => void) => void;
  test: Define;
  afterEach: (hook: () => unknown) => void;
}

/**
 * Jest's globals, or those of `@jest/globals` where a project does not inject them.
 *
 * @throws Error outside of Jest
 */
export function jestGlobals(): JestGlobals {
  const injected = globalThis as Partial<JestGlobals>;
  if (typeof injected.expect?.extend === 'function' && injected.test) return injected as JestGlobals;
  try {
    // Jest answers this itself, to CommonJS and ES modules alike.
    return createRequire(import.meta.url)('@jest/globals') as JestGlobals;
  } catch (cause) {
    throw new Error(
      'vitest-poml/jest works inside of Jest only: put it into setupFilesAfterEnv of the Jest config.',
      { cause },
    );
  }
}
