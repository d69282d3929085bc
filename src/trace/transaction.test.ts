import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOST } from './owner.ts';
import { changeFiles, recoverChanges } from './transaction.ts';

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
  changeFiles(
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

it('removes files with the same change, links themselves, and what is not there', () => {
  for (const file of ['a', 'b', 'c']) writeFileSync(at(file), 'old');
  symlinkSync(at('a'), at('link'));
  const gone = ['b', 'link', 'nowhere/d'].map((file) => ({ path: at(file), content: undefined }));
  changeFiles([{ path: at('a'), content: 'new' }, ...gone], journal, { durable: false });
  expect(readdirSync(root).sort()).toEqual(['a', 'c', 'journal']);
  expect([read('a'), read('c')]).toEqual(['new', 'old']);
});

it('writes none when one cannot be written, and says which', () => {
  writeFileSync(at('a'), 'old');
  mkdirSync(at('b'));
  const write = () =>
    changeFiles(
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

interface Step {
  temp?: string;
  path: string;
  replaces?: number;
}

/** What a kill leaves. */
function killed(stage: 'prepared' | 'decided', steps: Step[], name = temp(), folders: string[] = []): void {
  mkdirSync(journal, { recursive: true });
  writeFileSync(path.join(journal, `${name}.${stage}.json`), JSON.stringify({ steps, folders }));
}
const changedAt = (file: string) => statSync(at(file)).mtimeMs;

it('completes what was decided, however far it came, but for what was changed since', () => {
  for (const [file, text] of Object.entries({
    a: 'new a, renamed already',
    b: 'old b',
    c: 'mine',
    d: 'old d',
  }))
    writeFileSync(at(file), text);
  const [forB, forC] = [temp(), temp().replace('1.tmp', '2.tmp')];
  writeFileSync(at(forB), 'new b');
  writeFileSync(at(forC), 'new c');
  killed('decided', [
    { temp: '../.vitest-poml-00000000-1-000000000000.tmp', path: '../a', replaces: 1 },
    { temp: `../${forB}`, path: '../b', replaces: changedAt('b') },
    { temp: `../${forC}`, path: '../c', replaces: 1 },
    { path: '../d', replaces: changedAt('d') },
    { path: '../e', replaces: 1 },
  ]);
  expect(recoverChanges(journal, [root])).toEqual([at('b'), at('d')]);
  expect(['a', 'b', 'c'].map(read)).toEqual(['new a, renamed already', 'new b', 'mine']);
  expect(readdirSync(root).sort()).toEqual(['a', 'b', 'c', 'journal']);
  expect(readdirSync(journal)).toEqual([]);
});

it('takes back what was only prepared, a journal cut short too', () => {
  writeFileSync(at('a'), 'old');
  mkdirSync(at('made/inner'), { recursive: true });
  writeFileSync(at(`made/inner/${temp()}`), 'ne');
  killed('prepared', [{ temp: `../made/inner/${temp()}`, path: '../made/inner/b' }], temp(), [
    '../made',
    '../made/inner',
    '../made/other',
  ]);
  writeFileSync(path.join(journal, `${temp().replace('1.tmp', '2.tmp')}.prepared.json`), '{ "steps": [');
  expect(recoverChanges(journal, [root])).toEqual([]);
  expect(read('a')).toBe('old');
  expect(readdirSync(root).sort()).toEqual(['a', 'journal']);
  expect(readdirSync(journal)).toEqual([]);
});

it('leaves what a living process or another machine is doing', () => {
  writeFileSync(at(temp(process.pid)), 'new');
  const steps = [{ temp: `../${temp(process.pid)}`, path: '../a' }];
  killed('decided', steps, temp(process.pid));
  killed('decided', steps, temp(DEAD, 'ffffffff'));
  expect(recoverChanges(journal, [root])).toEqual([]);
  expect(existsSync(at('a'))).toBe(false);
  expect(readdirSync(journal)).toHaveLength(2);
});

it.each([
  ['a way out', (outside: string) => ({ temp: at(temp()), path: path.join(outside, 'a') })],
  ['a file that is no temporary one', () => ({ temp: at('kept'), path: at('a'), replaces: changedAt('a') })],
  ['the removal of another file', (outside: string) => ({ path: path.join(outside, temp()) })],
  ['no path at all', () => ({ path: 1 as never })],
])('follows no journal that names %s', (_, move) => {
  const outside = mkdtempSync(path.join(tmpdir(), 'vitest-poml-outside-'));
  try {
    writeFileSync(at('kept'), 'kept');
    writeFileSync(at('a'), 'old');
    writeFileSync(path.join(outside, temp()), 'evil');
    writeFileSync(at(temp()), 'evil');
    killed('decided', [move(outside)]);
    expect(recoverChanges(journal, [root])).toEqual([]);
    expect([read('a'), read('kept')]).toEqual(['old', 'kept']);
    expect(readdirSync(outside)).toEqual([temp()]);
  } finally {
    rmSync(outside, { recursive: true });
  }
});

it('makes and removes no folder outside either', () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'vitest-poml-outside-'));
  killed('prepared', [], temp(), [outside]);
  recoverChanges(journal, [root]);
  expect(existsSync(outside)).toBe(true);
  rmSync(outside, { recursive: true });
});

it('has nothing to recover where there is no journal', () => {
  expect(recoverChanges(at('nowhere'), [root])).toEqual([]);
});
