import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';
import { checkOptions as check, OPTION_NAMES, PomlOptionError } from './options.ts';
import { resolveSettings } from './settings.ts';

const checkOptions = (value: unknown) => check(value, { name: 'poml()', options: OPTION_NAMES });

describe('checkOptions', () => {
  test.each([
    {},
    { sessions: 'pomlruns/*' },
    {
      sessions: ['a', '!b'],
      source: 'live',
      sourceRoots: { '/srv/app': '.' },
      prompts: ['p'],
      roots: 'x',
      reports: [],
    },
    { now: 0 },
    { now: new Date(5) },
    { now: '2026-11-21T09:00:00Z' },
    { renderer: 'pomljs' },
    { renderer: { command: ['poml', '--x'] } },
    { sessions: undefined },
  ])('takes %j', (options) => {
    expect(checkOptions(options)).toBe(options);
  });

  test.each([
    [{ sesions: 'a' }, 'poml() has no option "sesions". Did you mean "sessions"?'],
    [{ sourceroots: {} }, 'poml() has no option "sourceroots". Did you mean "sourceRoots"?'],
    [{ zzz: true }, `poml() has no option "zzz". Known options: ${OPTION_NAMES.join(', ')}.`],
    [{ toString: 1 }, 'poml() has no option "toString".'],
    [
      { sessions: [] },
      `the option "sessions" must be a path or glob, or a list of them, e.g. ['pomlruns/*'], not [].`,
    ],
    [{ sessions: '' }, 'not "".'],
    [{ sessions: ['a', 3] }, 'not ["a",3].'],
    [{ source: 'latest' }, `the option "source" must be 'auto', 'live' or 'recorded', not "latest".`],
    [{ sourceRoots: ['a'] }, 'must be an object from recorded folders to folders here'],
    [{ sourceRoots: { a: 1 } }, 'not {"a":1}.'],
    [{ now: 'yesterday' }, 'not "yesterday".'],
    [{ now: new Date(Number.NaN) }, 'not an invalid date.'],
    [{ now: null }, 'not null.'],
    [
      { renderer: 'poml' },
      `must be 'builtin', 'pomljs' or a command such as { command: ['poml'] }, not "poml".`,
    ],
    [{ renderer: { command: [] } }, 'the option "renderer" must be'],
    [{ renderer: 'python' }, `the option "renderer" must be 'builtin', 'pomljs' or a command`],
    [{ renderer: { command: [] } }, 'not {"command":[]}.'],
    [{ reports: 'html' }, `must be a list such as ['terminal', ['html', { file: 'prompts.html' }]].`],
    [{ reports: ['pdf'] }, 'there is no report "pdf". Reports: terminal, github, markdown'],
    [{ reports: [['html', { path: 'x' }]] }, `the report "html" takes { file: 'a path' }, not {"path":"x"}.`],
    [{ reports: [['terminal', { file: 'x' }]] }, 'the report "terminal" takes no settings.'],
    [{ gates: true }, 'the option "gates" must be an object'],
    [{ gates: { maxTokenIncrase: 1 } }, 'there is no gate "maxTokenIncrase". Gates: maxTokenIncrease, '],
    [{ gates: { maxTokenIncrease: '5 %' } }, 'the gate "maxTokenIncrease" takes a number from 0 on'],
    [{ gates: { maxTokenIncrease: -1 } }, 'not -1.'],
    [{ gates: { maxTokens: {} } }, 'the gate "maxTokens" takes a number of tokens, or numbers by prompt'],
    [{ gates: { allow: ['spaces'] } }, `the gate "allow" takes a list of 'whitespace', 'structure'`],
    [{ gates: { minCoverage: 101 } }, 'takes per cent, from 0 to 100, not 101.'],
    [{ gates: { requireLive: 'yes' } }, 'takes true or false, not "yes".'],
    [{ model: '' }, 'must be the name of a model, not "".'],
    [{ prices: { m: '1' } }, 'must be US dollars per million input tokens by model'],
    [{ prices: { m: () => 1 } }, 'not {}.'],
    [{ model: () => 'm' }, 'not a function.'],
    ['pomlruns/*', 'poml() takes an object of options, not "pomlruns/*".'],
    [null, 'poml() takes an object of options, not null.'],
  ])('refuses %j', (options, message) => {
    const check = () => checkOptions(options);
    expect(check).toThrow(PomlOptionError);
    expect(check).toThrow(`vitest-poml: `);
    expect(check).toThrow(message);
  });

  test('keeps its message to a line, whatever it was given', () => {
    expect(() => checkOptions({ source: 'x'.repeat(1000) })).toThrow(/^.{0,200}$/);
  });
});

test('settings are plain data with absolute paths', () => {
  const settings = resolveSettings(
    {
      sourceRoots: { '/srv/app': 'apps/a' },
      prompts: 'prompts',
      roots: ['data', '/var/shared'],
      now: '1970-01-01T00:00:01Z',
    },
    path.resolve('/repo'),
  );
  expect(structuredClone(settings)).toMatchObject({
    root: path.resolve('/repo'),
    source: 'auto',
    sourceRoots: { '/srv/app': path.resolve('/repo/apps/a') },
    prompts: ['prompts'],
    roots: [path.resolve('/repo/data'), path.resolve('/var/shared')],
    now: 1000,
    renderer: 'builtin',
  });
});

test.each([
  ['sesions', 'sessions'],
  ['Source', 'source'],
  ['promts', 'prompts'],
  ['xyz', undefined],
  ['', undefined],
])('the nearest to %j is %j', (word, expected) => {
  expect(nearest(word, ['sessions', 'source', 'prompts'])).toBe(expected);
});
