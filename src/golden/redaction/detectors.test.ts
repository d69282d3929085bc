import { describe, expect, test } from 'vitest';
import { detect } from './detect.ts';
import { DETECTOR_NAMES, DETECTORS, type DetectorName } from './detectors.ts';

// Put together, so that no scanner takes this file for a leak.
const chars = (length: number) => 'aB3dE5fG7hJ9kL2mN4pQ6rS8tV0wX1yZ'.repeat(8).slice(0, length);
const hex = (length: number) => '0123456789abcdef'.repeat(8).slice(0, length);
const JWT = `eyJ${chars(20)}.eyJ${chars(30)}.${chars(43)}`;

/** What must be found, exactly, by detector. */
const FOUND: Record<DetectorName, string[]> = {
  email: [
    'ann.smith+tag@firm.co.uk',
    'JÜRGEN@müller.de',
    'o_brien@mail.example-firm.io',
    'x@sub.domain.travel',
  ],
  phone: ['+49 30 901820', '+44 (0)20 7946 0958', '+1-202-456-1111', '+4915123456789', '(212) 736-5000'],
  card: [
    '4539578763621486',
    '4539 5787 6362 1486',
    '5425-2334-3010-9903',
    '341111111111111',
    '3411 111111 11111',
  ],
  iban: [
    'DE89370400440532013000',
    'GB29 NWBK 6016 1331 9268 19',
    'NO9386011117947',
    'HU42 1177 3016 1111 1018 0000 0000',
  ],
  ip: ['8.8.8.8', '10.12.0.7', '2a00:1450:4001:81b::200e'],
  key: [
    `AKIA${'ABCDEFGHIJ234567'}`,
    `ghp_${chars(36)}`,
    `github_pat_${chars(60)}`,
    `glpat-${chars(20)}`,
    `sk-proj-${chars(48)}`,
    `sk-ant-api03-${chars(80)}`,
    `AIza${chars(35)}`,
    `xoxb-${'1234567890'}-${chars(24)}`,
    `sk_live_${chars(24)}`,
    `npm_${chars(36)}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${chars(64)}\n-----END RSA PRIVATE KEY-----`,
  ],
  token: [JWT],
  home: ['ann.smith'],
};

/** What stands around a value that is only a part of what is matched. */
const AROUND: Partial<Record<DetectorName, (value: string) => string>> = {
  home: (value) => `/home/${value}/app and C:\\Users\\${value}\\x and /Users/${value}/y`,
};

/** Ordinary texts in which a detector must find nothing. */
const QUIET: Record<DetectorName, string[]> = {
  email: [
    'git@github.com:org/repo.git',
    'logo@2x.png',
    'me@example.com',
    'a@b.test',
    'actions/checkout@v4',
    '@app.route("/")',
    'npm i x@1.2.3',
    'n@dataclass',
    'accounts@brightwater.example',
  ],
  phone: [
    '2026-11-21 05:20:42',
    'Teljesítés: 2026.02.27.',
    '+1200000\n+3400000',
    'order 123-456-7890-11',
    '+1-555-0123',
    'version 1.2.3.4',
    '1 234 567 890',
    'HR3-00918-K',
    '@@ -12,7 +12,9 @@',
    '8412233',
  ],
  card: [
    '4242 4242 4242 4242',
    '4539578763621487',
    '1700000000000',
    '20261121052042120390',
    '4000 0000 0000 0010',
    'commit 4539578763621486abc',
    '1.4539578763621486',
  ],
  iban: [
    'DE00 3704 0044 0532 0130 00',
    'GB29 NWBK',
    'AB12 CDEF GHIJ KLMN',
    'XX89370400440532013000',
    'DE893704004405320130001',
  ],
  ip: [
    '127.0.0.1',
    '0.0.0.0',
    '192.0.2.5',
    'version 1.2.3.4',
    'v2.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    'std::vector',
    'abc::def',
    'dead::beef',
    '12:34:56',
    '::1',
    '2001:db8::1',
  ],
  key: [
    'sk-learn',
    'skip-this-very-long-name-of-a-thing',
    'AKIA',
    'ghp_short',
    'https://example.com/path',
    'https://user@host/x',
    hex(40),
    hex(64),
    '550e8400-e29b-41d4-a716-446655440000',
    '{{ code: 4031 }}',
    'redacted-key-1',
    'mailto:a:b@c',
  ],
  token: [
    'token: string',
    'password: your_password_here',
    'const token = getTokenFromRequest()',
    'secret: changeme12345678901',
    'Bearer token',
    'tokens: 1200',
    `sha256: ${hex(64)}`,
    'password=redacted-token-1',
    'max_tokens=4096',
    'token_limit_of_the_model',
  ],
  home: [
    '/home/runner/work',
    '/Users/Shared/x',
    'https://example.com/home/',
    '/home/user1/app',
    '/homepage/ann',
  ],
};

describe.each(DETECTOR_NAMES)('%s', (name) => {
  test.each(FOUND[name])('finds %s', (value) => {
    const text = AROUND[name]?.(value) ?? `Before "${value}", after.`;
    const found = detect(text).filter(({ detector }) => detector === name);
    expect(found.map((each) => each.value)).toEqual(
      Array.from({ length: AROUND[name] ? 3 : 1 }, () => value),
    );
    for (const { start, end } of found) expect(text.slice(start, end)).toBe(value);
  });

  test.each(QUIET[name])('finds nothing in %s', (text) => {
    expect(detect(text, { detectors: [name] })).toEqual([]);
  });

  test('its placeholders are found by no detector, and are as many as the values', () => {
    const { placeholder } = DETECTORS[name];
    const sample = FOUND[name][0]!;
    const made = [1, 2, 3, 40].map((number) => placeholder(number, sample));
    expect(new Set(made).size).toBe(made.length);
    for (const each of made) expect(detect(AROUND[name]?.(each) ?? `x ${each} y`)).toEqual([]);
  });
});

test('secrets where a name says so', () => {
  const secret = chars(24);
  for (const text of [
    `password: "${secret}"`,
    `API_KEY=${secret}`,
    `"client_secret": "${secret}"`,
    `Authorization: Bearer ${secret}`,
  ])
    expect(detect(text).map(({ detector, value }) => [detector, value])).toEqual([['token', secret]]);
  expect(detect(`postgres://admin:${secret}@db.internal/x`)).toMatchObject([
    { detector: 'key', value: secret },
  ]);
});

test('of two that overlap the first counts, allowed values none', () => {
  expect(detect('ann@firm.de, bob@firm.de', { isAllowed: (value) => value.startsWith('ann') })).toMatchObject(
    [{ value: 'bob@firm.de' }],
  );
  expect(detect(`https://x:${JWT}@h.de`)).toHaveLength(1);
});

test('long texts without any finding take no time to speak of', () => {
  for (const piece of [
    'a',
    '1',
    ' ',
    '1 ',
    'a.',
    '+1',
    'eyJ',
    '::',
    'DE89 ',
    '@',
    '-----BEGIN PRIVATE KEY-----',
    'password ',
  ])
    expect(detect(piece.repeat(20_000)).length).toBeLessThan(20_000);
});
