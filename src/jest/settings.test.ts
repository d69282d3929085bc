import { expect, test } from 'vitest';
import { jestSettings } from './settings.ts';

test('relative paths start in the root, and the root in the Jest project', () => {
  expect(
    jestSettings(
      {
        root: 'app',
        sourceRoots: { '/srv/app': '.' },
        prompts: 'prompts',
        roots: ['data', '/shared'],
        now: '2026-01-01',
      },
      '/repo',
    ),
  ).toMatchObject({
    root: '/repo/app',
    source: 'auto',
    sourceRoots: { '/srv/app': '/repo/app' },
    prompts: ['prompts'],
    now: Date.UTC(2026, 0, 1),
    renderer: 'builtin',
    roots: ['/repo/app/data', '/shared'],
  });
  expect(jestSettings(undefined, '/repo')).toMatchObject({
    root: '/repo',
    now: undefined,
    roots: undefined,
  });
});

test.each([
  [{ sorce: 'live' }, 'has no option "sorce". Did you mean "source"?'],
  [{ source: 'new' }, `the option "source" must be 'auto', 'live' or 'recorded', not "new".`],
  [{ sourceRoots: { '/srv': 1 } }, 'the option "sourceRoots"'],
  [{ now: 'soon' }, 'the option "now"'],
  [{ prompts: [''] }, 'the option "prompts"'],
  ['live', 'takes an object of options'],
])('%j is refused', (options, message) => {
  expect(() => jestSettings(options, '/repo')).toThrow(message);
});
