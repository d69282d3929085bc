import { expect, test } from 'vitest';
import { resolveSettings } from './settings.ts';

test('relative paths start in the root, and the root in the Jest project', () => {
  expect(
    resolveSettings(
      {
        root: 'app',
        sourceRoots: { '/srv/app': '.' },
        prompts: 'prompts',
        roots: ['data', '/shared'],
        now: '2026-01-01',
      },
      '/repo',
    ),
  ).toEqual({
    root: '/repo/app',
    source: 'auto',
    sourceRoots: { '/srv/app': '/repo/app' },
    prompts: ['prompts'],
    now: Date.UTC(2026, 0, 1),
    roots: ['/repo/app/data', '/shared'],
  });
  expect(resolveSettings(undefined, '/repo')).toMatchObject({
    root: '/repo',
    now: undefined,
    roots: undefined,
  });
});

test.each([
  [{ sorce: 'live' }, 'has the unknown option "sorce". Known options: root, source,'],
  [
    { source: 'new' },
    `the option "source" in globals['vitest-poml'] of the Jest config must be 'auto', 'live' or 'recorded', not "new".`,
  ],
  [{ sourceRoots: { '/srv': 1 } }, 'the option "sourceRoots"'],
  [{ now: 'soon' }, 'the option "now"'],
  [{ prompts: [''] }, 'the option "prompts"'],
  ['live', 'must be an object of options'],
])('%j is refused', (options, message) => {
  expect(() => resolveSettings(options, '/repo')).toThrow(message);
});
