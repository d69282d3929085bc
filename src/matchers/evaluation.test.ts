import { expect, test } from 'vitest';
import { evaluateOptions } from './evaluation.ts';
import type { MatcherSettings } from './scope.ts';

const settings: MatcherSettings = {
  root: '/repo/tests',
  source: 'auto',
  sourceRoots: { '/srv/app': '/repo/app' },
  now: undefined,
  roots: ['/repo/shared'],
  compare: {},
  measures: {},
  allow: [],
};

test('further folders are read beside the project and where its recorded folders are', () => {
  expect(evaluateOptions({ settings, testFile: undefined }).render?.roots).toEqual([
    '/repo/tests',
    '/repo/app',
    '/repo/shared',
  ]);
  const plain = evaluateOptions({ settings: { ...settings, roots: undefined }, testFile: undefined });
  expect(plain.render).not.toHaveProperty('roots');
});
