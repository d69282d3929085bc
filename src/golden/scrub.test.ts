import { describe, expect, test } from 'vitest';
import { originalOffset, Scrubbing } from './scrub.ts';
import { SCRUBBERS, type ScrubberName } from './scrubbers.ts';

describe('scrubbing', () => {
  test('numbers values by identity, across texts', () => {
    const scrubbing = new Scrubbing([{ name: 'id', pattern: /#\w+/ }]);
    expect(scrubbing.scrub('#a and #b and #a').text).toBe('{id_1} and {id_2} and {id_1}');
    expect(scrubbing.scrub('#c, #b').text).toBe('{id_3}, {id_2}');
    expect([...scrubbing.counts()]).toEqual([['id', 3]]);
  });

  test('what is replaced is not looked at again, and the first and longest match wins', () => {
    const scrubbing = new Scrubbing([
      { name: 'digits', pattern: /\d+/ },
      { name: 'date', pattern: /\d{4}-\d{2}-\d{2}/ },
      { name: 'brace', pattern: /\{[a-z]+_1\}/ },
    ]);
    expect(scrubbing.scrub('2026-11-26, 7').text).toBe('{date_1}, {digits_1}');
    expect(scrubbing.scrub('{x_1} 7').text).toBe('{brace_1} {digits_1}');
  });

  test('of an expression with a group only the group is replaced', () => {
    expect(new Scrubbing([{ name: 'run', pattern: /run=(\w+)/ }]).scrub('run=abc&x=abc').text).toBe(
      'run={run_1}&x=abc',
    );
  });

  test('an expression that matches nothing but emptiness replaces nothing; sticky and global ones are taken alike', () => {
    expect(new Scrubbing([{ name: 'x', pattern: /\d*/ }]).scrub('ab').text).toBe('ab');
    expect(new Scrubbing([{ name: 'x', pattern: /b/y }]).scrub('ab b').text).toBe('a{x_1} {x_1}');
  });

  test('offsets lead back to the original', () => {
    const text = 'a 12345 b 6 c';
    const scrubbed = new Scrubbing([{ name: 'n', pattern: /\d+/ }]).scrub(text);
    expect(scrubbed.text).toBe('a {n_1} b {n_2} c');
    for (const letter of ['a', 'b', 'c'])
      expect(originalOffset(scrubbed.text.lastIndexOf(letter), scrubbed.replacements)).toBe(
        text.lastIndexOf(letter),
      );
    expect(originalOffset(scrubbed.text.indexOf('n_1'), scrubbed.replacements)).toBe(2);
  });
});

describe('built-in scrubbers', () => {
  const scrub = (name: ScrubberName, text: string) => new Scrubbing([SCRUBBERS[name]]).scrub(text).text;

  test.each([
    '2026-11-26T06:05:49Z',
    '2026-11-26T06:05:49.123+01:00',
    '2026-11-26 06:05',
    'Thu, 26 Nov 2026 06:05:49 GMT',
    'Thu Nov 26 2026 06:05:49 GMT+0000 (Coordinated Universal Time)',
  ])('timestamps: %s', (time) => {
    expect(scrub('timestamps', `at ${time}.`)).toBe('at {timestamp_1}.');
  });

  test.each(['2026-11-26', '12:30', 'version 2026.11.26', 'Thu 26'])('no timestamp: %s', (text) => {
    expect(scrub('timestamps', text)).toBe(text);
  });

  test('uuids', () => {
    expect(scrub('uuids', 'x 0B0E6F5C-9a53-4b55-8d57-6f1d7f0f5a01, y')).toBe('x {uuid_1}, y');
    const longer = 'a0b0e6f5c-9a53-4b55-8d57-6f1d7f0f5a01';
    expect(scrub('uuids', longer)).toBe(longer);
  });

  test.each(['/srv/app/prompts/x.poml', '/home/me/', 'C:\\Users\\me\\x.txt', 'D:/a/b.c'])(
    'paths: %s',
    (path) => {
      expect(scrub('paths', `in "${path}"`)).toBe('in "{path_1}"');
    },
  );

  test.each(['https://example.com/a/b', 'and/or/not', '1/2/3', '/help', '</p>', 'a: /x'])(
    'no path: %s',
    (text) => {
      expect(scrub('paths', text)).toBe(text);
    },
  );
});
