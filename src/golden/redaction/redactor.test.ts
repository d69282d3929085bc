import { expect, test } from 'vitest';
import { parseJsonPath } from '../json-path.ts';
import { DETECTOR_NAMES, type DetectorName } from './detectors.ts';
import { Redactor } from './redactor.ts';

function redactor(paths: string[], detectors: readonly DetectorName[] = []): Redactor {
  return new Redactor({ paths: paths.map(parseJsonPath), detectors });
}

test('values that a path names are replaced by kind, keep their type, and are the same everywhere', () => {
  const context = {
    user: {
      name: 'Ann Smith',
      email: 'Ann@Firm.de',
      id: 4711337,
      since: '2023-05-06T10:00:00Z',
      zip: '10115',
      vip: true,
      note: null,
    },
    greeting: 'Dear Ann Smith (ann@firm.de), customer 4711337',
    price: 19.99,
  };
  const one = redactor(['$.user', '$.price'], ['email']);
  one.learn(context);
  expect(one.json(context)).toEqual({
    user: {
      name: 'name-1',
      email: 'user1@example.com',
      id: 1,
      since: '2000-01-01T10:00:00Z',
      zip: '00001',
      vip: false,
      note: null,
    },
    greeting: 'Dear name-1 (user1@example.com), customer 1',
    price: 2.5,
  });
  expect(one.text('Ann Smith wrote')).toBe('name-1 wrote');
  expect(one.takeCounts().get('$.user')).toBeGreaterThan(5);
});

test('the same value gets the same placeholder in another call, another value another one', () => {
  const one = redactor(['$.name']);
  for (const name of ['Bob Jones', 'Eve Adams', 'Bob Jones']) one.learn({ name });
  expect(['Eve Adams', 'Bob Jones'].map((name) => one.json({ name }))).toEqual([
    { name: 'name-2' },
    { name: 'name-1' },
  ]);
});

test('values that are no ordinary words are found in other cases and in base64 too', () => {
  const one = redactor(['$.email', '$.word']);
  one.learn({ email: 'ann.smith@firm.de', word: 'Will' });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const text = `ANN.SMITH@FIRM.DE ${base64('ann.smith@firm.de')} will`;
  expect(one.text(text)).toBe(`user1@example.com ${base64('user1@example.com')} will`);

  // As a part of other bytes it cannot be replaced, but is seen wherever it begins.
  for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
    const hidden = base64(`${before}ann.smith@firm.de, yours`);
    expect(one.text(hidden)).toBe(hidden);
    expect(new Set(one.leftIn(`x ${hidden}`).map(({ known }) => known.rule))).toEqual(new Set(['$.email']));
  }
  expect(one.leftIn(base64('somebody else at another place, ann.jones@firm.com'))).toEqual([]);
});

test('values are found in the forms that JSON and addresses give them', () => {
  const one = redactor(['$.name']);
  one.learn({ name: 'Jürgen "J" Weiß' });
  const text = [
    JSON.stringify({ n: 'Jürgen "J" Weiß' }),
    'J\\u00fcrgen \\"J\\" Wei\\u00df',
    encodeURIComponent('Jürgen "J" Weiß'),
  ];
  expect(one.text(text.join(' ; '))).toBe('{"n":"name-1"} ; name-1 ; name-1');
});

test('an ordinary word is replaced as a word only, in a prompt not at all, and a short one nowhere else', () => {
  const one = redactor(['$.name', '$.tier', '$.country']);
  const context = { name: 'Mark', tier: 'gold', country: 'de', text: 'Mark marks Markus; gold, golden; de' };
  one.learn(context);
  expect(one.json(context)).toEqual({
    name: 'name-1',
    tier: 'tier-1',
    country: 'country-1',
    text: 'name-1 marks Markus; tier-1, golden; de',
  });
  expect(one.text('<p>Mark the gold ones</p>', true)).toBe('<p>Mark the gold ones</p>');
  expect(one.leftIn('Markus').map(({ isWord, start }) => isWord && start === 0)).toEqual([true]);
});

test('keys, lists, buffers that hold text, and numbers are looked into; other buffers stay', () => {
  const one = redactor([], DETECTOR_NAMES);
  const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]);
  expect(
    one.json({
      'ann@firm.de': ['8.8.8.8'],
      sheet: Buffer.from('mail: ann@firm.de'),
      picture,
      card: 4539578763621486,
    }),
  ).toEqual({
    'user1@example.com': ['192.0.2.1'],
    sheet: Buffer.from('mail: user1@example.com'),
    picture,
    card: 4000000000000010,
  });
});

test('thousands of known values cost one look at a text', () => {
  const one = redactor(['$.people[*].name']);
  const people = Array.from({ length: 20_000 }, (_, i) => ({ name: `Person Number ${i}` }));
  one.learn({ people });
  const text = Array.from({ length: 20_000 }, (_, i) => `Hello Person Number ${i}, hello all.`).join(' ');
  expect(one.text(text)).not.toContain('Person Number');
  expect(one.text('Person Number 7')).toBe('name-8');
});

test('a PDF is no text, also where it looks like one', () => {
  const pdf = Buffer.from('%PDF-1.4\n(ann@firm.de)');
  expect(redactor([], DETECTOR_NAMES).bytes(pdf)).toBeUndefined();
  expect(redactor([], DETECTOR_NAMES).json({ pdf })).toEqual({ pdf });
});

test('paths that name nothing are told', () => {
  const one = redactor(['$.user.email', '$..phone']);
  one.learn({ user: { mail: 'x' }, deep: [{ phone: '1' }] });
  expect(one.unusedPaths()).toEqual(['$.user.email']);
});

test('a replaced text is found by nothing any more, however often it is redacted', () => {
  const text =
    'ann@firm.de 8.8.8.8 +49 30 901820 4539 5787 6362 1486 DE89 3704 0044 0532 0130 00 /home/ann.smith/x';
  const once = redactor([], DETECTOR_NAMES).text(text);
  expect(redactor([], DETECTOR_NAMES).text(once)).toBe(once);
});
