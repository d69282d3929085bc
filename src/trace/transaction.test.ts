import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOST } from './owner.ts';
import { recoverWrites, writeFilesAtomic } from './transaction.ts';

let root: string;
let journal: string;
const at = (file: string) => path.join(root, file);
const read = (file: string) => readFileSync(at(file), 'utf8');
/** No process has this id. */
const DEAD = 2 ** 22 + 1;
const temp = (pid = DEAD, host = HOST) => `.vitest-poml-${host}-${pid}-${'0'.repeat(11)}1.tmp`;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'vitest-poml-transaction-'));
  journal = at('journal');
});

afterEach(() => rmSync(root, { recursive: true }));

it('writes all files, and leaves nothing else', () => {
  writeFileSync(at('a'), 'old');
  writeFilesAtomic(
    [
      { path: at('a'), content: 'new a' },
      { path: at('sub/b'), content: Buffer.from('new b') },
    ],
    journal,
  );
  expect([read('a'), read('sub/b')]).toEqual(['new a', 'new b']);
  expect(readdirSync(root).sort()).toEqual(['a', 'journal', 'sub']);
  expect([readdirSync(journal), readdirSync(at('sub'))]).toEqual([[], ['b']]);
});

it('writes none when one cannot be written, and says which', () => {
  writeFileSync(at('a'), 'old');
  mkdirSync(at('b'));
  const write = () =>
    writeFilesAtomic(
      [
        { path: at('a'), content: 'new' },
        { path: at('b'), content: 'new' },
      ],
      journal,
    );
  expect(write).toThrow(/b: .*is no regular file/);
  expect(read('a')).toBe('old');
  expect(readdirSync(root).sort()).toEqual(['a', 'b', 'journal']);
  expect(readdirSync(journal)).toEqual([]);
});

/** What a kill leaves. */
function killed(stage: 'prepared' | 'decided', moves: { temp: string; path: string }[], name = temp()): void {
  mkdirSync(journal, { recursive: true });
  writeFileSync(path.join(journal, `${name}.${stage}.json`), JSON.stringify({ moves }));
}

it('completes what was decided, however far it came', () => {
  writeFileSync(at('a'), 'new a, renamed already');
  writeFileSync(at('b'), 'old b');
  writeFileSync(at(temp()), 'new b');
  killed('decided', [
    { temp: at('.vitest-poml-00000000-1-000000000000.tmp'), path: at('a') },
    { temp: at(temp()), path: at('b') },
  ]);
  expect(recoverWrites(journal, root)).toEqual([at('a'), at('b')]);
  expect([read('a'), read('b')]).toEqual(['new a, renamed already', 'new b']);
  expect(readdirSync(root).sort()).toEqual(['a', 'b', 'journal']);
  expect(readdirSync(journal)).toEqual([]);
});

it('takes back what was only prepared, a journal cut short too', () => {
  writeFileSync(at('a'), 'old');
  writeFileSync(at(temp()), 'ne');
  killed('prepared', [{ temp: at(temp()), path: at('a') }]);
  writeFileSync(path.join(journal, `${temp().replace('1.tmp', '2.tmp')}.prepared.json`), '{ "moves": [');
  expect(recoverWrites(journal, root)).toEqual([]);
  expect(read('a')).toBe('old');
  expect(readdirSync(root).sort()).toEqual(['a', 'journal']);
  expect(readdirSync(journal)).toEqual([]);
});

it('leaves what a living process or another machine is doing', () => {
  writeFileSync(at(temp(process.pid)), 'new');
  killed('decided', [{ temp: at(temp(process.pid)), path: at('a') }], temp(process.pid));
  killed('decided', [{ temp: at(temp(process.pid)), path: at('a') }], temp(DEAD, 'ffffffff'));
  expect(recoverWrites(journal, root)).toEqual([]);
  expect(existsSync(at('a'))).toBe(false);
  expect(readdirSync(journal)).toHaveLength(2);
});

it.each([
  [
    'another folder',
    (outside: string) => ({ temp: path.join(outside, temp()), path: path.join(outside, 'a') }),
  ],
  ['a way out', (outside: string) => ({ temp: at(temp()), path: path.join(outside, 'a') })],
  ['a file that is no temporary one', () => ({ temp: at('kept'), path: at('a') })],
])('follows no journal that names %s', (_, move) => {
  const outside = mkdtempSync(path.join(tmpdir(), 'vitest-poml-outside-'));
  try {
    writeFileSync(at('kept'), 'kept');
    writeFileSync(at('a'), 'old');
    writeFileSync(path.join(outside, temp()), 'evil');
    writeFileSync(at(temp()), 'evil');
    killed('decided', [move(outside)]);
    expect(recoverWrites(journal, root)).toEqual([]);
    expect([read('a'), read('kept')]).toEqual(['old', 'kept']);
    expect(readdirSync(outside)).toEqual([temp()]);
  } finally {
    rmSync(outside, { recursive: true });
  }
});

it('has nothing to recover where there is no journal', () => {
  expect(recoverWrites(at('nowhere'), root)).toEqual([]);
});
