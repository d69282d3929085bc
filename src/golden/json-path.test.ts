import { expect, test } from 'vitest';
import { findPaths, parseJsonPath } from './json-path.ts';

const value = {
  messages: [
    { speaker: 'system', content: 'a' },
    { speaker: 'human', content: ['b', { type: 'image/png' }] },
  ],
  user: { email: 'x@y.z', 'a key': 1, contact: { email: 'p@q.r' } },
  '0': 'zero',
};

test.each([
  ['$.user.email', [['user', 'email']]],
  ['user.email', [['user', 'email']]],
  ['messages[1].content', [['messages', 1, 'content']]],
  [
    'messages[*].speaker',
    [
      ['messages', 0, 'speaker'],
      ['messages', 1, 'speaker'],
    ],
  ],
  [
    '$.user.*',
    [
      ['user', 'email'],
      ['user', 'a key'],
      ['user', 'contact'],
    ],
  ],
  ['$["user"][\'a key\']', [['user', 'a key']]],
  [
    '$..email',
    [
      ['user', 'email'],
      ['user', 'contact', 'email'],
    ],
  ],
  [
    '$..[1]',
    [
      ['messages', 1],
      ['messages', 1, 'content', 1],
    ],
  ],
  ['messages[7]', []],
  ['messages["0"]', []],
  ['$[0]', []],
  ['$["0"]', [['0']]],
  ['constructor', []],
])('%s', (path, expected) => {
  expect(findPaths(value, parseJsonPath(path))).toEqual(expected);
});

test('a place is named once', () => {
  expect(findPaths({ a: { a: { a: 1 } } }, parseJsonPath('$..*..a'))).toEqual([
    ['a', 'a'],
    ['a', 'a', 'a'],
  ]);
});

test.each([
  ['', 'names nothing at character 1'],
  ['$', 'names nothing'],
  ['a..', 'lacks a key at character 2'],
  ['a[', 'neither .key nor [index] at character 2'],
  ['a[1:2]', 'neither .key nor [index] at character 2'],
  ['a b', 'neither .key nor [index] at character 2'],
])('%j is refused', (path, message) => {
  expect(() => parseJsonPath(path)).toThrow(message);
});
