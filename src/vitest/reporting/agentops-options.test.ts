import { expect, test } from 'vitest';
import { checkOptions, tagsOf } from './agentops-options.ts';

test.each([
  [{ contnet: 'none' }, 'has no option contnet. Did you mean content?'],
  [{ content: 'nothing' }, "the option content must be one of 'all', 'regressions', 'none'."],
  [{ timeout: '5s' }, 'the option timeout must be milliseconds'],
  [{ timeout: 0 }, 'the option timeout must be milliseconds'],
  [{ redact: 'Ann' }, 'the option redact must be a regular expression'],
  [{ tags: 'nightly' }, 'the option tags must be a list of texts'],
  [{ headers: { a: 1 } }, 'the option headers must be an object of texts'],
  [{ backend: 'jaeger' }, "the option backend must be one of 'agentops', 'mlflow', 'weave', 'otlp'."],
  [{ shards: 'yes' }, 'the option shards must be true or false'],
])('%j is refused', (options, expected) => {
  expect(() => checkOptions(options as never)).toThrow(expected);
});

test('what is left out or undefined is fine', () => {
  const options = { content: undefined, redact: [/a/], timeout: 500, when: 'always' as const };
  expect(checkOptions(options as never)).toBe(options);
});

test('tags come from the environment and the options', () => {
  expect(tagsOf({ tags: ['b'] }, { AGENTOPS_DEFAULT_TAGS: ' a ,,c' })).toEqual([
    'vitest-poml',
    'a',
    'c',
    'b',
  ]);
});
