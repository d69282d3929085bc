import { appendFileSync, existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { discard, tempName } from '../../trace/write.ts';

/** Entries that were replaced or dropped may fill so much of a log, in bytes, before it is written anew. */
const MAX_WASTE = 4 * 1024 * 1024;
const HEAD = /^([0-9a-f]{32}) ([0-9a-f]{16}|-)(?: |$)/;

/**
 * The pendings of one test module in one file: a line for each, appended as the tests run, since thousands of small files
 * would take longer than the tests themselves. A line says whose it is, a hash of its content, and the content; a later
 * one of the same golden wins, and `-` drops it. A line that a kill has cut short counts for nothing.
 */
export class PendingLog {
  readonly file: string;
  #index: Map<string, string> | undefined;
  /** Where a line begins that was cut short, in bytes. */
  #cutAt: number | undefined;

  constructor(file: string) {
    this.file = file;
  }

  /** Keeps an entry; nothing is written when it is there already. */
  put(name: string, hash: string, content: string): void {
    const index = this.#read();
    if (index.get(name) === hash) return;
    this.#append(`${name} ${hash} ${content}`);
    index.set(name, hash);
  }

  /** Drops an entry, if there is one; says whether. */
  drop(name: string): boolean {
    const index = this.#read();
    if (!index.delete(name)) return false;
    if (index.size === 0) discard(this.file);
    else this.#append(`${name} -`);
    return true;
  }

  /** The names of all entries. */
  names(): string[] {
    return [...this.#read().keys()];
  }

  /** The content of all entries, by name. A log with much in it that counts no more is written anew. */
  contents(): Map<string, string> {
    const found = new Map<string, string>();
    const text = this.#text();
    // What comes after the last line break is a line that was cut short.
    for (const line of text.split('\n').slice(0, -1)) {
      const [head, name, hash] = HEAD.exec(line) ?? [];
      if (head === undefined || name === undefined) continue;
      if (hash === '-') found.delete(name);
      else found.set(name, line);
    }
    const live = [...found.values()].reduce((sum, line) => sum + line.length + 1, 0);
    if (text.length - live > MAX_WASTE) this.#rewrite([...found.values()]);
    return new Map(Array.from(found, ([name, line]) => [name, line.slice(HEAD.exec(line)![0].length)]));
  }

  #text(): string {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
  }

  #append(line: string): void {
    if (this.#cutAt !== undefined) truncateSync(this.file, this.#cutAt);
    this.#cutAt = undefined;
    appendFileSync(this.file, `${line}\n`);
  }

  #rewrite(lines: readonly string[]): void {
    const temp = path.join(path.dirname(this.file), tempName());
    writeFileSync(temp, lines.map((line) => `${line}\n`).join(''));
    renameSync(temp, this.file);
  }

  /** Whose entries are there: only the heads of the lines are looked at. */
  #read(): Map<string, string> {
    if (this.#index) return this.#index;
    const index = new Map<string, string>();
    const bytes = existsSync(this.file) ? readFileSync(this.file) : Buffer.alloc(0);
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(10, at);
      if (end < 0) {
        this.#cutAt = at;
        break;
      }
      const [, name, hash] = HEAD.exec(bytes.toString('latin1', at, Math.min(end, at + 50))) ?? [];
      if (name !== undefined && hash === '-') index.delete(name);
      else if (name !== undefined && hash !== undefined) index.set(name, hash);
      at = end + 1;
    }
    this.#index = index;
    return index;
  }
}
