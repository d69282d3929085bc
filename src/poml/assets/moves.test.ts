import { expect, test } from 'vitest';
import { movesFrom } from './moves.ts';

test('paths below a moved folder are found where it is now', () => {
  const move = movesFrom({ '/srv/app': '/here', '/srv/app/prompts': '/there' });
  expect(move('/srv/app/assets/a.txt')).toBe('/here/assets/a.txt');
  expect(move('/srv/app/prompts/a.poml')).toBe('/there/a.poml');
  expect(move('/srv/app')).toBe('/here');
});

test('other paths stay, also those that only begin with the same letters', () => {
  const move = movesFrom({ '/srv/app': '/here' });
  expect(move('/srv/application/a.txt')).toBe('/srv/application/a.txt');
  expect(move('/etc/passwd')).toBe('/etc/passwd');
  expect(movesFrom({})('/srv/app/a.txt')).toBe('/srv/app/a.txt');
});
