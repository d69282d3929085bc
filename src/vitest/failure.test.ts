import path from 'node:path';
import { expect, test } from 'vitest';
import { PromptError } from './failure.ts';
import { OWN_CODE } from './own-files.ts';

test('points at the prompt first, then at the test, and not at this package', () => {
  const error = new PromptError({
    message: 'changed',
    places: [
      { file: '/repo/a.poml', line: 3, column: 9 },
      { file: undefined, line: 1, column: 1 },
      { file: '/repo/a.poml', line: 3, column: 11 },
      { file: '/repo/b.poml', line: 1, column: 2 },
    ],
  });
  PromptError.nameCall(
    error,
    `Error\n    at matcher (${path.join(OWN_CODE, 'vitest/x.js')}:1:1)\n    at /repo/a.test.ts:7:3`,
  );
  expect(error.stack).toBe(
    'PromptError: changed\n    at /repo/a.poml:3:9\n    at /repo/b.poml:1:2\n    at /repo/a.test.ts:7:3',
  );
});

test('points at no file whose name would do something where it is printed', () => {
  const files = [
    '/repo/a\n::error::pwned.poml',
    '/repo/\u001b[31m.poml',
    '/repo/##[error].poml',
    '/repo/ü.poml',
  ];
  const error = new PromptError(
    { message: 'm', places: files.map((file) => ({ file, line: 1, column: 1 })) },
    { ownTest: true },
  );
  expect(error.stack).toBe('PromptError: m\n    at /repo/ü.poml:1:1');
  expect(error.stacks).toEqual([{ method: '', file: '/repo/ü.poml', line: 1, column: 1 }]);
});

test('carries its own diff, and only a bounded piece of both sides', () => {
  const error = new PromptError({
    message: 'm',
    diff: '- a\n+ b',
    expected: 'x'.repeat(1_000_000),
    actual: 'y',
  });
  expect(error).toMatchObject({ name: 'PromptError', showDiff: false, diff: '- a\n+ b', actual: 'y' });
  expect(error.expected?.length).toBeLessThan(100_000);
});

test('has nothing that Vitest would print beside message and diff', () => {
  const keys = new Set<string>();
  for (let of: object | null = new PromptError({ message: 'm' }); of; of = Object.getPrototypeOf(of)) {
    if (of === Error.prototype) break;
    for (const key of Object.getOwnPropertyNames(of)) keys.add(key);
  }
  expect([...keys].sort()).toEqual(['constructor', 'message', 'name', 'showDiff', 'stack']);
});
