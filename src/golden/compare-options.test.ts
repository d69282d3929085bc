import { expect, test } from 'vitest';
import { type CompareOptions, plainCompareOptions, toleranceOf } from './compare-options.ts';

test('expressions get a name to show', () => {
  const { scrubbers } = toleranceOf({
    scrub: ['uuids', /a/, { pattern: 'b+', flags: 'i', name: 'b' }, { pattern: /c/ }],
  });
  expect(scrubbers.map(({ name, pattern }) => [name, pattern.flags])).toEqual([
    ['uuid', 'i'],
    ['scrubbed2', ''],
    ['b', 'i'],
    ['scrubbed4', ''],
  ]);
});

test('options reach a worker as JSON and mean the same there', () => {
  const options: CompareOptions = {
    scrub: ['uuids', /a/g, { pattern: 'b+', flags: 'i', name: 'b' }, { pattern: /c/u, name: 'c' }],
    media: { share: 0.5 },
  };
  const sent = JSON.parse(JSON.stringify(plainCompareOptions(options))) as CompareOptions;
  expect(toleranceOf(sent)).toEqual(toleranceOf(options));
});

test.each([
  [[], 'The option "compare" must be an object of options, not [].'],
  [
    { scrubs: [] },
    'compare has no option "scrubs". Known options: scrub, ignore, whitespace, media, toolOrder.',
  ],
  [{ scrub: 'uuids' }, 'The option "compare.scrub" must be a list'],
  [{ scrub: ['uuid'] }, 'must be timestamps, uuids, paths or a regular expression, not "uuid".'],
  [{ scrub: [{}] }, 'must be a name, a regular expression or { pattern, name }, not {}.'],
  [{ scrub: [null] }, 'must be a name, a regular expression or { pattern, name }, not null.'],
  [{ scrub: [{ pattern: '(' }] }, 'compare.scrub: Invalid regular expression: /(/'],
  [{ ignore: 'a' }, 'The option "compare.ignore" must be a list of JSON paths'],
  [{ ignore: ['a..'] }, 'compare.ignore: The path "a.." lacks a key at character 2.'],
  [{ whitespace: 'loose' }, `must be 'exact', 'trailing', 'collapse' or 'ignore', not "loose".`],
  [
    { media: { share: 2 } },
    `must be 'pixels', 'bytes' or { share } with a number from 0 to 1, not {"share":2}.`,
  ],
  [{ toolOrder: true }, `must be 'exact' or 'any', not true.`],
])('%j is refused', (options, message) => {
  expect(() => toleranceOf(options as CompareOptions)).toThrow(message);
});
