import { expect, it } from 'vitest';
import { findObsolete } from './obsolete.ts';

it('finds the goldens that no test asked for, and leaves other files alone', () => {
  const names = [
    '0001.greets.poml',
    '0001.greets.result.json',
    '0001.greets.result.txt',
    '0002.greets.result.json',
    '0002.greets.context.json',
    '0001.gone.v2-1f6c2a90.stylesheet.json',
    'README.md',
    'notes.result.json',
    '0001.greets.reply.txt',
  ];
  expect(findObsolete(names, ['/p/__goldens__/a.test.ts/0001.greets'])).toEqual([
    { id: '0001.gone.v2-1f6c2a90', files: ['0001.gone.v2-1f6c2a90.stylesheet.json'] },
    { id: '0002.greets', files: ['0002.greets.context.json', '0002.greets.result.json'] },
  ]);
  expect(findObsolete(names, ['C:\\p\\0001.greets', '0002.greets', '0001.gone.v2-1f6c2a90'])).toEqual([]);
});
