import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FolderOptions, readFolder, type TreeItem } from './folder.ts';
import { createFiles, FileError, type Files } from './fs.ts';

const CASES = path.resolve(import.meta.dirname, '../../../fixtures/conformance/data');
const ALL: FolderOptions = { maxDepth: 10, showContent: false };

function read(options: Partial<FolderOptions> = {}, src = 'assets/release-bundle') {
  return readFolder(createFiles({ roots: [CASES], baseDir: CASES }), src, { ...ALL, ...options });
}

function recorded(name: string): string {
  return JSON.parse(readFileSync(path.join(CASES, `${name}.result.json`), 'utf8')).messages[0].content;
}

/** Paths as the text form of a folder with contents lists them. */
function paths(items: readonly TreeItem[], parent = ''): string[] {
  return items.flatMap((item) => {
    const here = parent + item.name;
    return [here, ...paths(item.children ?? [], `${here}/`)];
  });
}

function names(items: readonly TreeItem[]): string[] {
  return paths(items).map((file) => path.basename(file));
}

describe('readFolder lists what POML recorded', () => {
  test('all levels, in order', () => {
    const drawn = recorded('folder-text-full-depth').split('\n').slice(1, -1);
    expect(names(read({}, 'assets/release-bundle/'))).toEqual(
      drawn.map((line) => line.replace(/^[├└─│ ]+/, '')),
    );
  });

  test('three levels', () => {
    const listed = [...recorded('folder-markdown-default-depth').matchAll(/^ *- (.*)$/gm)].map(
      (match) => match[1],
    );
    expect(names(read({ maxDepth: 3 }))).toEqual(listed);
  });

  test('contents of the files that match', () => {
    const items = read({ maxDepth: 3, showContent: true, filter: /(sql|sh|note\.md)$/ });
    const lines = recorded('folder-show-content-text').split('\n');
    expect(paths(items)).toEqual(lines.filter((line) => line.startsWith('release-bundle')));
    const script = items[0]?.children?.find(({ name }) => name === 'install.sh');
    expect(script?.value).toBe('#!/bin/sh\nset -e\ncp -r bin /opt/kiosk\n');
  });

  test('nothing that matches leaves the name', () => {
    expect(names(read({ filter: /\.exe$/ }))).toEqual(['release-bundle']);
    expect(names(read({ maxDepth: 0 }))).toEqual(['release-bundle']);
    expect(names(read({}, 'assets/release-bundle/README.md'))).toEqual(['README.md']);
  });

  test('with a filter, folders cut by the depth disappear', () => {
    expect(names(read({ maxDepth: 2, filter: /./ }))).toEqual([
      'release-bundle',
      ...['config', 'kiosk.yaml', 'docs', 'empty-note.md'],
      ...['src', '_helpers.py', '10_seed.sql', '2_seed.sql', 'Main.KT', 'queue.py'],
      ...['.kioskrc', 'CHANGELOG', 'install.sh', 'README.md'],
    ]);
  });

  test('the g flag keeps its place from file to file', () => {
    const plain = names(read({ filter: /e/ }));
    const global = names(read({ filter: /e/g }));
    expect(global.length).toBeLessThan(plain.length);
    expect(plain).toEqual(expect.arrayContaining(global));
  });
});

describe('hostile folders', () => {
  let root: string;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'poml-folder-')));
    mkdirSync(path.join(root, 'inside'));
    symlinkSync(root, path.join(root, 'inside/up'));
    symlinkSync('/etc/passwd', path.join(root, 'inside/stolen'));
    writeFileSync(path.join(root, 'a.txt'), 'a');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('links are leaves: no endless walk, nothing from outside', () => {
    const files = createFiles({ roots: [root], baseDir: root });
    expect(names(readFolder(files, '.', { ...ALL, maxDepth: Number.POSITIVE_INFINITY })).slice(1)).toEqual([
      'inside',
      'stolen',
      'up',
      'a.txt',
    ]);
    expect(() => readFolder(files, 'inside', { ...ALL, showContent: true })).toThrow(
      expect.objectContaining({ code: 'EOUTSIDE', reference: path.join('inside', 'stolen') }),
    );
  });

  test('a folder of too many entries, in one place or many', () => {
    const entry = (name: string, isFolder: boolean) => ({ name, isDirectory: () => isFolder });
    const full = (folders: number, files: number): Files =>
      Object.assign(createFiles({ roots: [root], baseDir: root }), {
        // What stands below the first level is a file, or there would be no end.
        list: (folder: string) =>
          folder === root
            ? Array.from({ length: folders }, (_, i) => entry(`d${i}`, true))
            : Array.from({ length: files }, (_, i) => entry(`f${i}`, false)),
      });
    expect(names(readFolder(full(10, 9998), '.', ALL))).toHaveLength(1 + 10 + 10 * 9998);
    for (const files of [full(10, 9999 + 1), full(100_001, 0)])
      expect(() => readFolder(files, '.', ALL)).toThrow('"." has more than 100000 entries: lower maxDepth');
  });

  test('a folder that is missing or outside', () => {
    const files = createFiles({ roots: [root], baseDir: root });
    expect(() => readFolder(files, 'gone', ALL)).toThrow(FileError);
    expect(() => readFolder(files, '/etc', { ...ALL, maxDepth: 0 })).toThrow(
      expect.objectContaining({ code: 'EOUTSIDE' }),
    );
  });
});
