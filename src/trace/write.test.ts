import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTempFile, loadSession, removeStaleTemps, writeFileAtomic } from './index.ts';
import { folderWith, temporaryFolder } from './testing/session-folder.ts';

const module = join(import.meta.dirname, 'write.ts');

describe('writeFileAtomic', () => {
  test('makes a file, replaces it, keeps its mode, leaves nothing else', () => {
    const dir = temporaryFolder();
    const path = join(dir, '0001.a.result.json');
    writeFileAtomic(path, 'ä1');
    expect(readFileSync(path, 'utf8')).toBe('ä1');
    const before = statSync(path).ino;
    spawnSync('chmod', ['640', path]);
    writeFileAtomic(path, 'b');
    expect(readFileSync(path, 'utf8')).toBe('b');
    expect(statSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(dir)).toEqual(['0001.a.result.json']);
  });

  test('writes through a link inside the folder and refuses one that leads out', () => {
    const dir = folderWith({ 'session/real.json': 'old', 'outside.json': 'old' });
    symlinkSync('real.json', join(dir, 'session/inside.json'));
    symlinkSync('../outside.json', join(dir, 'session/out.json'));
    symlinkSync('gone.json', join(dir, 'session/dangling.json'));
    writeFileAtomic(join(dir, 'session/inside.json'), 'new');
    expect(readFileSync(join(dir, 'session/real.json'), 'utf8')).toBe('new');
    expect(lstatSync(join(dir, 'session/inside.json')).isSymbolicLink()).toBe(true);
    expect(() => writeFileAtomic(join(dir, 'session/out.json'), 'new')).toThrow('leads out of its folder');
    expect(() => writeFileAtomic(join(dir, 'session/dangling.json'), 'new')).toThrow('link to nothing');
    expect(readFileSync(join(dir, 'outside.json'), 'utf8')).toBe('old');
  });

  test('names the file and the reason when it cannot write', () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'folder'));
    expect(() => writeFileAtomic(join(dir, 'gone/x.json'), '')).toThrow(
      /gone\/x\.json: could not be written \(ENOENT\).*\nIts folder/,
    );
    expect(() => writeFileAtomic(join(dir, 'folder'), '')).toThrow('is no regular file');
    expect(readdirSync(dir)).toEqual(['folder']);
  });

  test('a process that is killed while it writes leaves the old file whole', () => {
    const dir = folderWith({ '0001.a.poml': 'x', '0001.a.result.json': 'old' });
    const path = join(dir, '0001.a.result.json');
    // The data is written, and then the process dies before the rename.
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.fsyncSync = () => process.kill(process.pid, 'SIGKILL');
      syncBuiltinESMExports();
      const { writeFileAtomic } = await import(${JSON.stringify(module)});
      writeFileAtomic(${JSON.stringify(path)}, 'new');`;
    const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(run.signal, run.stderr).toBe('SIGKILL');
    expect(readFileSync(path, 'utf8')).toBe('old');
    const left = readdirSync(dir).filter(isTempFile);
    expect(left).toHaveLength(1);
    expect(loadSession(dir).traces[0]?.artifacts).toEqual([]);
    expect(removeStaleTemps(dir)).toEqual([join(dir, left[0] ?? '')]);
    expect(readdirSync(dir)).toEqual(['0001.a.poml', '0001.a.result.json']);
  });
});

test('removeStaleTemps leaves other files, and those of a run that is alive', () => {
  const host = /-([0-9a-f]{8})-/.exec(tempNameOfThisProcess())?.[1] ?? '';
  const alive = `.vitest-poml-${host}-${process.pid}-0123456789ab.tmp`;
  const elsewhere = '.vitest-poml-00000000-1-0123456789ab.tmp';
  const old = '.vitest-poml-00000000-2-0123456789ab.tmp';
  const dir = folderWith({
    [alive]: '',
    [elsewhere]: '',
    [old]: '',
    '.vitest-poml-notes.tmp': '',
    '0001.a.poml': '',
  });
  utimesSync(join(dir, old), 0, 0);
  expect(removeStaleTemps(dir)).toEqual([join(dir, old)]);
  expect(readdirSync(dir).sort()).toEqual([alive, elsewhere, '.vitest-poml-notes.tmp', '0001.a.poml'].sort());
});

/** The name of a temporary file as this process makes it, seen in the error of a write into no folder. */
function tempNameOfThisProcess(): string {
  try {
    writeFileAtomic(join(temporaryFolder(), 'gone/x'), '');
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  }
  return '';
}
