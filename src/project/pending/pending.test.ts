import {
  appendFileSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFiles } from '../../../fixtures/golden/fakes.ts';
import { acceptPending } from './accept.ts';
import {
  acceptedText,
  changeOf,
  hashOf,
  PENDING_VERSION,
  type Pending,
  parsePending,
  pendingName,
} from './pending.ts';
import { PendingStore } from './store.ts';

let root: string;
let store: PendingStore;
const at = (file: string) => path.join(root, file);
const NONE = new Map<string, Uint8Array>();

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'vitest-poml-pending-'));
  store = new PendingStore(root);
  mkdirSync(at('s'));
});

afterEach(() => rmSync(root, { recursive: true }));

function pending(id: string, text: string, before?: string): Pending {
  return {
    version: PENDING_VERSION,
    golden: at(`s/${id}`),
    status: 'changed',
    title: id,
    prompt: 'a',
    reason: 'The human message 1 changed.',
    causes: [],
    classes: ['wording'],
    files: [
      {
        suffix: '.result.json',
        ...changeOf(before, text),
        ...(before !== undefined && { before: hashOf(before) }),
      },
    ],
  };
}

/** Pendings are written when all that runs without waiting is done. */
const written = () => new Promise((resolve) => setImmediate(resolve));
const titles = () => store.list().map(({ title }) => title);
const logs = () => readdirSync(at('.vitest-poml/pending'));

describe('the pendings of a module', () => {
  it('are kept, replaced and dropped, whoever looks', async () => {
    const module = store.module(at('a.test.ts'));
    for (const id of ['0002.b', '0001.a']) {
      writeFileSync(at(`s/${id}.result.json`), 'old');
      module.put(pending(id, 'new', 'old'), NONE);
    }
    expect(titles()).toEqual(['0001.a', '0002.b']);
    module.put(pending('0001.a', 'newer', 'old'), NONE);
    await written();
    expect(new PendingStore(root).list()[0]?.files[0]?.to).toBe('newer');
    store.drop(at('s/0001.a'));
    expect(titles()).toEqual(['0002.b']);
    store.module(at('a.test.ts')).drop(at('s/0002.b'));
    expect([titles(), logs()]).toEqual([[], []]);
  });

  it('cost nothing where they are the same as before', async () => {
    store.module(at('a.test.ts')).put(pending('0001.a', 'new'), NONE);
    await written();
    const [log] = logs();
    const size = () => statSync(at(`.vitest-poml/pending/${log}`)).size;
    const before = size();
    new PendingStore(root).module(at('a.test.ts')).put(pending('0001.a', 'new'), NONE);
    await written();
    expect(size()).toBe(before);
  });

  it('survive a line that a kill has cut short', async () => {
    store.module(at('a.test.ts')).put(pending('0001.a', 'new'), NONE);
    await written();
    const file = at(`.vitest-poml/pending/${logs()[0]}`);
    appendFileSync(file, readFileSync(file, 'utf8').slice(0, 80));
    store.module(at('a.test.ts')).put(pending('0002.b', 'new'), NONE);
    expect(titles()).toEqual(['0001.a', '0002.b']);
  });

  it('go when their golden or test file is gone', () => {
    const module = store.module(at('a.test.ts'));
    module.put(pending('0001.gone', 'new', 'old'), NONE);
    module.put({ ...pending('0002.call', 'new'), testFile: at('gone.test.ts') }, NONE);
    writeFileSync(at('s/0003.here.result.json'), 'old');
    module.put(pending('0003.here', 'new', 'old'), NONE);
    expect(titles()).toEqual(['0003.here']);
  });

  it('are cleaned after a run of other modules, and go with the last one', async () => {
    store.module(at('gone.test.ts')).put({ ...pending('0001.a', 'new'), testFile: at('gone.test.ts') }, NONE);
    await written();
    store.clean([at('gone.test.ts')]);
    expect(logs()).toHaveLength(1);
    store.clean([at('a.test.ts')]);
    expect(logs()).toEqual([]);
  });

  it('are written when the tests that run at once are done', async () => {
    const module = store.module(at('a.test.ts'));
    for (let i = 1; i < 2000; i++) module.put(pending(`${i}`.padStart(4, '0'), 'new'), NONE);
    await written();
    expect(new PendingStore(root).list()).toHaveLength(1999);
  });

  it('leave nothing behind, and no error, where they cannot be written', async () => {
    const module = store.module(at('a.test.ts'));
    module.put(pending('0001.a', 'new'), NONE);
    rmSync(at('.vitest-poml'), { recursive: true });
    await written();
    expect(new PendingStore(root).list()).toEqual([]);
  });
});

describe('what is read', () => {
  const text = (change: object) => JSON.stringify({ ...pending('0001.a', 'x'), ...change });
  const name = () => pendingName(root, at('s/0001.a'));

  it.each<[string, object]>([
    ['another version', { version: 1 }],
    ['a golden that its name does not stand for', { golden: '/etc/0001.a' }],
    ['a relative golden', { golden: 's/0001.a' }],
    ['a file that no golden has', { files: [{ suffix: '/../../evil.sh', at: 0, from: '', to: 'x' }] }],
    ['no files', { files: [] }],
    ['a file without its change', { files: [{ suffix: '.poml' }] }],
    ['a place before the start', { files: [{ suffix: '.poml', at: -1, from: '', to: 'x' }] }],
    ['an asset with a way out', { assets: ['../x'] }],
  ])('is refused with %s', (_, change) => {
    expect(parsePending(text({}), name(), root)).toBeDefined();
    expect(parsePending(text(change), name(), root)).toBeUndefined();
  });
});

describe('the change of a file', () => {
  const change = (before: string, text: string) => ({
    suffix: '.result.json',
    before: hashOf(before),
    ...changeOf(before, text),
  });

  it('keeps what differs only', () => {
    expect(changeOf('Say that a colleague will check.', 'Say that somebody will check.')).toEqual({
      at: 9,
      from: 'a colleague',
      to: 'somebody',
    });
  });

  it.each([
    ['abc', 'abxc'],
    ['aaa', 'aaaa'],
    ['aaaa', 'aa'],
    ['', 'all'],
    ['all', ''],
    ['same', 'same'],
    // Characters of which one half is the same.
    ['🚲 bike', '🚳 bike'],
  ])('makes of %j %j, and only of that', (before, text) => {
    const stored = JSON.parse(JSON.stringify(change(before, text)));
    expect(acceptedText(stored, before)).toBe(text);
    // Accepted already.
    expect(acceptedText(stored, text)).toBe(text);
    for (const other of [`${before}!`, `!${text}`, `${text}!`, undefined])
      expect(acceptedText(stored, other)).toBeUndefined();
  });
});

describe('accepting', () => {
  const accept = (one: Pending) => acceptPending(one, store, testFiles, [root]);

  it('writes the golden and what it brings along, and is done with it', () => {
    writeFileSync(at('s/0001.a.result.json'), 'old');
    const asset = `${hashOf('x')}.txt`;
    const one = { ...pending('0001.a', 'new', 'old'), assets: [asset] };
    store.module(at('a.test.ts')).put(one, new Map([[asset, Buffer.from('x')]]));
    expect(accept(store.list()[0]!)).toEqual({
      written: [at('s/0001.a.result.json'), at(`s/assets/${asset}`)],
    });
    expect(readFileSync(at('s/0001.a.result.json'), 'utf8')).toBe('new');
    expect(titles()).toEqual([]);
  });

  it('is refused for a golden that is not the one it was', () => {
    writeFileSync(at('s/0001.a.result.json'), 'by hand');
    expect(accept(pending('0001.a', 'new', 'old'))).toEqual({
      refused: '0001.a.result.json has changed since the run; run the tests again',
    });
    expect(accept(pending('0001.a', 'new'))).toMatchObject({
      refused: expect.stringContaining('has changed'),
    });
    // What is wanted already is as good.
    expect(accept(pending('0001.a', 'by hand', 'old'))).toEqual({ written: [] });
  });

  it('is refused outside of the project, through links too', () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'vitest-poml-outside-'));
    try {
      symlinkSync(outside, at('linked'));
      for (const golden of [path.join(outside, '0001.a'), at('linked/0001.a'), at('linked/new/0001.a')])
        expect(accept({ ...pending('x', 'new'), golden })).toMatchObject({
          refused: expect.stringContaining('outside'),
        });
      expect(readdirSync(outside)).toEqual([]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});
