import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOST } from '../owner.ts';
import { temporaryFolder } from '../testing/session-folder.ts';
import { withLock } from './lock.ts';

const newLock = () => path.join(temporaryFolder(), 'a.lock');

/** A process id that no process has. */
const NOBODY = 2 ** 22 + 1;

describe('a lock', () => {
  it('is there while the work is done, with who holds it, and gone afterwards', () => {
    const file = newLock();
    const during = withLock(file, (locked) => [locked, readFileSync(file, 'utf8')]);
    expect(during).toEqual([true, `${HOST} ${process.pid}`]);
    expect(existsSync(file)).toBe(false);
  });

  it('is given back when the work fails', () => {
    const file = newLock();
    expect(() =>
      withLock(file, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('of a process that is gone is taken', () => {
    const file = newLock();
    writeFileSync(file, `${HOST} ${NOBODY}`);
    expect(withLock(file, (locked) => locked)).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('of another machine is taken when it is old', () => {
    const file = newLock();
    writeFileSync(file, `00000000 ${process.pid}`);
    utimesSync(file, new Date(0), new Date(0));
    expect(withLock(file, (locked) => locked)).toBe(true);
  });

  it('that is held is waited for in vain for a time, and left alone', { timeout: 20_000 }, () => {
    const file = newLock();
    withLock(file, () => {
      expect(withLock(file, (locked) => locked)).toBe(false);
      expect(existsSync(file)).toBe(true);
    });
    expect(existsSync(file)).toBe(false);
  });

  it('that cannot be made does not hinder the work', () => {
    expect(withLock(path.join(temporaryFolder(), 'gone/a.lock'), (locked) => locked)).toBe(false);
  });
});
