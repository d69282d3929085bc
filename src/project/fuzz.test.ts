import { expect, test } from 'vitest';
import { Random } from '../poml/testing/fuzz/random.ts';
import { checkOptions, OPTION_NAMES, PomlOptionError } from './options.ts';
import { resolveSettings } from './settings.ts';

/** More options, or others: `FUZZ_OPTIONS=100000 FUZZ_SEED=7 npx vitest run src/project/fuzz.test.ts`. */
const OPTIONS = Number(process.env.FUZZ_OPTIONS ?? 3000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

const WORDS = [
  '',
  'a',
  'pomlruns/*',
  '!x',
  'auto',
  'live',
  'builtin',
  'pomljs',
  'whitespace',
  '..',
  '\0',
  '2026-01-01',
  'uuids',
  '$..a',
];
const KEYS = [
  'command',
  'scrub',
  'ignore',
  'media',
  'share',
  'pattern',
  'flags',
  'maxTokens',
  'allow',
  'file',
  '__proto__',
  'toString',
];

function anyValue(random: Random, depth = 0): unknown {
  return random.choose<unknown>([
    [4, () => random.pick(WORDS)],
    [2, () => random.pick([0, -1, 0.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY, 10n])],
    [2, () => random.pick([true, false, null, undefined])],
    [1, () => random.pick([/a/, '(', new Date(0), new Date('x'), () => 1, Symbol('s')])],
    [depth < 3 ? 3 : 0, () => random.some(3, () => anyValue(random, depth + 1))],
    [
      depth < 3 ? 3 : 0,
      () => Object.fromEntries(random.some(3, () => [random.pick(KEYS), anyValue(random, depth + 1)])),
    ],
  ]);
}

function anyOptions(random: Random): unknown {
  if (random.chance(0.05)) return anyValue(random);
  const names = random.some(4, () => (random.chance(0.9) ? random.pick(OPTION_NAMES) : random.pick(KEYS)));
  return Object.fromEntries(names.map((name) => [name, anyValue(random)]));
}

test(`options are taken, or refused in one clear sentence: ${OPTIONS} of seed ${SEED}`, {
  timeout: 120_000,
}, () => {
  let taken = 0;
  for (let index = 0; index < OPTIONS; index++) {
    const options = anyOptions(Random.of(SEED, index));
    try {
      const settings = resolveSettings(
        checkOptions(options, { name: 'poml()', options: OPTION_NAMES }),
        '/repo',
      );
      structuredClone(settings);
      taken++;
    } catch (error) {
      if (!(error instanceof PomlOptionError)) expect.fail(`options ${index}: ${(error as Error).stack}`);
      expect(error.message).toMatch(/^vitest-poml: .*\S/);
      expect(error.message).not.toMatch(/undefined is not|cannot read|is not a function/i);
    }
  }
  // Both ways are gone.
  expect(taken).toBeGreaterThan(OPTIONS / 50);
  expect(taken).toBeLessThan(OPTIONS);
});
