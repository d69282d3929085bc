import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles, FileError } from './fs.ts';
import { MAX_FILE_BYTES } from './regular-file.ts';

let root: string;
let outside: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'poml-files-')));
  outside = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'poml-outside-')));
  writeFileSync(path.join(outside, 'secret.txt'), 'secret');
  mkdirSync(path.join(root, 'prompts'));
  writeFileSync(path.join(root, 'terms.txt'), 'terms');
  writeFileSync(path.join(root, 'prompts/a.txt'), 'é\r\n');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

function files() {
  return createFiles({ roots: [root], baseDir: path.join(root, 'prompts') });
}

function errorOf(read: () => unknown): FileError {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return error as FileError;
  }
  throw new Error('nothing was thrown');
}

describe('reading', () => {
  test('from the base folder, with each file once per kind in dependencies', () => {
    const access = files();
    expect(access.readText('a.txt', 'document')).toBe('é\r\n');
    expect(access.readText('../terms.txt', 'include')).toBe('terms');
    expect(access.readBytes(path.join(root, 'terms.txt'), 'include')).toEqual(Buffer.from('terms'));
    expect(access.readBytes('a.txt', 'data')).toEqual(Buffer.from('é\r\n'));
    expect(access.dependencies).toEqual([
      { path: path.join(root, 'prompts/a.txt'), reference: 'a.txt', kind: 'document' },
      { path: path.join(root, 'terms.txt'), reference: '../terms.txt', kind: 'include' },
      { path: path.join(root, 'prompts/a.txt'), reference: 'a.txt', kind: 'data' },
    ]);
  });

  test('decodes like Node: a byte order mark stays, wrong bytes are replaced', () => {
    writeFileSync(path.join(root, 'bom.txt'), Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xe9]));
    expect(files().readText('../bom.txt', 'document')).toBe('\ufeffa\ufffd');
  });

  test('sees one state of a file during a render', () => {
    const access = files();
    access.readText('a.txt', 'document');
    writeFileSync(path.join(root, 'prompts/a.txt'), 'changed');
    expect(access.readText('a.txt', 'document')).toBe('é\r\n');
    expect(files().readText('a.txt', 'document')).toBe('changed');
  });

  test('bytes that a render has changed are those of the file for the next one', () => {
    writeFileSync(path.join(root, 'prompts/own.bin'), 'abc');
    for (let render = 0; render < 3; render++) {
      const bytes = files().readBytes('own.bin', 'data');
      expect(bytes.toString()).toBe('abc');
      bytes.fill(0);
    }
  });

  test('reads files whose size the system does not tell', () => {
    if (process.platform !== 'linux') return;
    const access = createFiles({ roots: ['/proc/self'], baseDir: '/proc/self' });
    expect(access.readText('cmdline', 'data').length).toBeGreaterThan(0);
  });

  test('a path of an include starts from the file that names it', () => {
    const access = files();
    expect(access.relativeTo(path.join(root, 'terms.txt'), 'prompts/a.txt')).toBe(access.resolve('a.txt'));
    expect(access.relativeTo(undefined, 'a.txt')).toBe(access.resolve('a.txt'));
  });

  test('a missing file is told from a forbidden one, in the words of the author', () => {
    const error = errorOf(() => files().readText(path.join(root, 'x.txt'), 'include', './x.txt'));
    expect(error).toMatchObject({ code: 'ENOENT', reference: './x.txt', path: path.join(root, 'x.txt') });
    expect(error.message).toBe(`"./x.txt" does not exist (looked for ${path.join(root, 'x.txt')})`);
    expect(errorOf(() => files().readText('a.txt/b', 'include')).code).toBe('ENOENT');
    expect(errorOf(() => files().readText('.', 'include'))).toMatchObject({ code: 'EKIND' });
  });
});

describe('the guard', () => {
  test.each([
    ['parents', () => path.join('../..', path.basename(outside), 'secret.txt')],
    ['an absolute path', () => path.join(outside, 'secret.txt')],
    ['an absolute path to nothing', () => path.join(outside, 'nothing/at/all.txt')],
    ['a system file', () => '/etc/passwd'],
  ])('refuses %s', (_, reference) => {
    const error = errorOf(() => files().readBytes(reference(), 'document'));
    expect(error.code).toBe('EOUTSIDE');
    expect(error.message).toContain(`add the folder to roots (now ${root})`);
    expect(error.message).toContain(JSON.stringify(reference()));
    expect(errorOf(() => files().resolve(reference())).code).toBe('EOUTSIDE');
    expect(errorOf(() => files().list(reference())).code).toBe('EOUTSIDE');
  });

  test('a folder beside the root with a longer name is not the root', () => {
    mkdirSync(`${root}-other`);
    try {
      writeFileSync(path.join(`${root}-other`, 'a.txt'), 'x');
      expect(errorOf(() => files().readText(path.join(`${root}-other`, 'a.txt'), 'data')).code).toBe(
        'EOUTSIDE',
      );
    } finally {
      rmSync(`${root}-other`, { recursive: true });
    }
  });

  test('follows links to where they lead, and no further', () => {
    symlinkSync(path.join(outside, 'secret.txt'), path.join(root, 'prompts/link.txt'));
    symlinkSync(outside, path.join(root, 'prompts/folder'));
    symlinkSync(path.join(root, 'terms.txt'), path.join(root, 'prompts/fine.txt'));
    symlinkSync(path.join(root, 'gone.txt'), path.join(root, 'prompts/dangling.txt'));
    symlinkSync(path.join(root, 'prompts/loop.txt'), path.join(root, 'prompts/loop.txt'));
    const access = files();
    expect(errorOf(() => access.readText('link.txt', 'document')).code).toBe('EOUTSIDE');
    expect(errorOf(() => access.readText('folder/secret.txt', 'document')).code).toBe('EOUTSIDE');
    expect(errorOf(() => access.readText('folder/../../secret.txt', 'document')).code).not.toBe('');
    expect(access.readText('fine.txt', 'document')).toBe('terms');
    expect(errorOf(() => access.readText('dangling.txt', 'document')).code).toBe('ENOENT');
    expect(errorOf(() => access.readText('loop.txt', 'document')).code).toBe('EIO');
  });

  test('a root may be a link itself', () => {
    symlinkSync(root, path.join(outside, 'linked'));
    const access = createFiles({
      roots: [path.join(outside, 'linked')],
      baseDir: path.join(outside, 'linked'),
    });
    expect(access.readText('terms.txt', 'data')).toBe('terms');
    expect(errorOf(() => access.readText('../secret.txt', 'data')).code).toBe('EOUTSIDE');
  });

  test('without roots nothing is read', () => {
    const access = createFiles({ roots: [], baseDir: root });
    expect(errorOf(() => access.readText('terms.txt', 'data')).message).toContain('(now none)');
  });

  test.each(['https://example.com/a.png', 'file:///etc/passwd', 'FTP://x/y'])(
    'refuses the address %s',
    (url) => {
      const access = files();
      expect(errorOf(() => access.readBytes(url, 'image')).code).toBe('EURL');
      expect(errorOf(() => access.readBytes(access.relativeTo(undefined, url), 'image')).code).toBe('EURL');
    },
  );

  test('a null character and an endless reference give a short error', () => {
    expect(errorOf(() => files().readText('a\0.txt', 'data')).code).toBe('EIO');
    const long = errorOf(() => files().readText('x'.repeat(1_000_000), 'data'));
    expect(long.message.length).toBeLessThan(1000);
  });

  test.skipIf(process.platform === 'win32')(
    'a pipe, a socket and a device are refused and not waited for',
    async () => {
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
      expect(errorOf(() => files().readText('../pipe', 'data'))).toMatchObject({
        code: 'EKIND',
        message: expect.stringContaining('no ordinary file'),
      });
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path.join(root, 'socket'), resolve));
      expect(errorOf(() => files().readText('../socket', 'data')).code).toBe('EKIND');
      server.close();
      const devices = createFiles({ roots: ['/dev'], baseDir: '/dev' });
      expect(errorOf(() => devices.readBytes('zero', 'data')).code).toBe('EKIND');
    },
  );

  test('a huge file is refused without reading it', () => {
    writeFileSync(path.join(root, 'huge.bin'), '');
    truncateSync(path.join(root, 'huge.bin'), 2 ** 40);
    const error = errorOf(() => files().readBytes('../huge.bin', 'data'));
    expect(error.code).toBe('ETOOBIG');
    expect(error.message).toContain(`larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`);
  });

  test('all files of a render together are bounded', () => {
    const access = files();
    for (const name of ['1', '2', '3', '4', '5']) {
      writeFileSync(path.join(root, name), '');
      truncateSync(path.join(root, name), MAX_FILE_BYTES);
    }
    for (const name of ['1', '2', '3', '4']) access.readBytes(`../${name}`, 'data');
    access.readBytes('../1', 'data');
    expect(errorOf(() => access.readBytes('../5', 'data')).message).toContain('files of this render');
  });
});

test('this file is an ordinary file', () => {
  const access = createFiles({ roots: [import.meta.dirname], baseDir: import.meta.dirname });
  expect(access.kindOf('fs.test.ts')).toBe('file');
  expect(access.kindOf('.')).toBe('folder');
  expect(access.readText('fs.test.ts', 'data')).toBe(readFileSync(import.meta.filename, 'utf8'));
});
