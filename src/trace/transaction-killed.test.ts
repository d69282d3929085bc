import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from './testing/session-folder.ts';
import { changeFiles, type FileChange, recoverChanges } from './transaction.ts';

/** How many more changes of the disk are carried out before all of them fail, as if the process were dead. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, half: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const mortal = <T extends (...args: never[]) => unknown>(change: T) =>
    ((...args: never[]) => {
      if (life.left <= 0) {
        const [file, content] = args as unknown as [string | number, unknown];
        const isWrite = (change as unknown) === fs.writeFileSync;
        const isCut = life.half && life.left === 0 && isWrite && typeof content === 'string';
        life.left--;
        if (isCut) fs.writeFileSync(file, content.slice(0, content.length / 2));
        throw new Error('dead');
      }
      life.left--;
      return change(...args);
    }) as T;
  const { writeFileSync, renameSync, mkdirSync, rmdirSync, unlinkSync, openSync, fchmodSync, fsyncSync } = fs;
  const changes = {
    writeFileSync,
    renameSync,
    mkdirSync,
    rmdirSync,
    unlinkSync,
    openSync,
    fchmodSync,
    fsyncSync,
  };
  return {
    ...fs,
    ...Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, mortal(change as never)])),
  };
});

/** The files below a folder, by path; folders with a slash. */
function filesIn(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path.relative(dir, file), readFileSync(file, 'utf8'));
    else found.set(`${path.relative(dir, file)}/`, '');
  }
  return found;
}

/** Gives what a run left the name of a process that has ended, in the journals too. */
function bury(dir: string): void {
  const dead = (text: string) => text.replaceAll(`-${process.pid}-`, '-4194303-');
  for (const [file, text] of filesIn(dir)) {
    if (file.endsWith('/')) continue;
    if (file.startsWith('journal')) writeFileSync(path.join(dir, file), dead(text));
    if (dead(file) !== file) renameSync(path.join(dir, file), path.join(dir, dead(file)));
  }
}

const cases: [string, boolean, boolean][] = [true, false].flatMap((durable) =>
  [true, false].map((half): [string, boolean, boolean] => [
    `${durable ? 'durable' : 'quick'}, ${half ? 'with files cut short' : 'between two steps'}`,
    durable,
    half,
  ]),
);

test.each(cases)(
  'a change that ends at any step is old or new as a whole after the next start: %s',
  (_, durable, half) => {
    const root = temporaryFolder();
    const at = (file: string) => path.join(root, 'goldens', file);
    const changes: FileChange[] = [
      { path: at('1.result.json'), content: '{ "new": 1 }' },
      { path: at('1.txt'), content: undefined },
      { path: at('2.result.json'), content: '{ "new": 2 }' },
      { path: at('deep/folder/3.poml'), content: Buffer.from('new') },
    ];
    const journal = path.join(root, 'journal');
    const old = () => {
      rmSync(root, { recursive: true, force: true });
      for (const file of ['1.result.json', '1.txt', '4.txt']) {
        mkdirSync(path.dirname(at(file)), { recursive: true });
        writeFileSync(at(file), '{ "old": true }');
      }
      return filesIn(at(''));
    };
    const before = old();
    changeFiles(changes, journal, { durable });
    const after = filesIn(at(''));
    expect([...after.keys()].sort()).toEqual(
      ['1.result.json', '2.result.json', '4.txt', 'deep/', 'deep/folder/', 'deep/folder/3.poml'].sort(),
    );

    const outcomes: string[] = [];
    for (let step = 0; ; step++) {
      old();
      Object.assign(life, { left: step, half });
      let ended = true;
      try {
        changeFiles(changes, journal, { durable });
      } catch {
        ended = false;
      }
      const hasEnded = life.left >= 0;
      life.left = Number.POSITIVE_INFINITY;
      if (existsSync(journal)) bury(root);
      recoverChanges(journal, [root]);
      const now = filesIn(at(''));
      const isOld = JSON.stringify([...now].sort()) === JSON.stringify([...before].sort());
      const isNew = JSON.stringify([...now].sort()) === JSON.stringify([...after].sort());
      expect([step, isOld || isNew, ...now.keys()]).toEqual([step, true, ...now.keys()]);
      expect([step, ...(existsSync(journal) ? readdirSync(journal) : [])]).toEqual([step]);
      outcomes.push(isOld ? 'old' : 'new');
      if (ended && hasEnded) break;
    }
    // Old up to the decision, new from then on.
    expect(outcomes.join(' ')).toMatch(/^(?:old ){6,}(?:new ?){5,}$/);
  },
);
