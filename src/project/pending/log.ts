import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { discard, tempName } from '../../trace/write.ts';

/** Entries that were replaced or dropped may fill so much of a log, in bytes, before it is written anew. */
const MAX_WASTE = 4 * 1024 * 1024;
/** So much waits to be written, in characters. */
const MAX_WAITING = 256 * 1024;
const HEAD = /^([0-9a-f]{32}) ([0-9a-f]{16}|-)(?: |$)/;

/**
 * The pendings of one test module in one file: a line for each, appended as the tests run, since thousands of small files
 * would take longer than the tests themselves. A line says whose it is, a hash of its content, and the content; a later
 * one of the same golden wins, and `-` drops it. A line that a kill has cut short counts for nothing.
 */
export class PendingLog {
  readonly file: string;
  #index: { size: number; hashes: Map<string, string> } | undefined;
  /** Where a line begins that was cut short, in bytes. */
  #cutAt: number | undefined;
  /** Lines still to be written. */
  #waiting = '';

  constructor(file: string) {
    this.file = file;
  }

  /** Looks at the file again where somebody else has written to it. */
  refresh(): void {
    this.flush();
    if (this.#index?.size !== this.#size()) this.#index = undefined;
  }

  /** Whether nothing is in it. */
  get isEmpty(): boolean {
    return this.#read().size === 0;
  }

  /** Keeps an entry, on disk after `flush`; nothing is written when it is there already. */
  put(name: string, hash: string, content: string): void {
    const index = this.#read();
    if (index.get(name) === hash) return;
    this.#append(`${name} ${hash} ${content}`);
    index.set(name, hash);
  }

  /** Drops an entry, if there is one, on disk after `flush`. */
  drop(name: string): void {
    const index = this.#read();
    if (index.delete(name)) this.#append(`${name} -`);
  }

  /** Writes what waits. A log in which nothing is left goes. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting === '') return;
    const index = this.#index;
    this.#waiting = '';
    // Where writing fails nobody knows what is there.
    this.#index = undefined;
    if (index?.hashes.size === 0) discard(this.file);
    else {
      if (this.#cutAt !== undefined) truncateSync(this.file, this.#cutAt);
      appendFileSync(this.file, waiting);
    }
    this.#cutAt = undefined;
    if (index) this.#index = { ...index, size: this.#size() };
  }

  /** The content of all entries, by name. A log with much in it that counts no more is written anew. */
  contents(): Map<string, string> {
    this.flush();
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
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > MAX_WAITING) this.flush();
  }

  #rewrite(lines: readonly string[]): void {
    const temp = path.join(path.dirname(this.file), tempName());
    writeFileSync(temp, lines.map((line) => `${line}\n`).join(''));
    renameSync(temp, this.file);
  }

  #size(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Whose entries are there: only the heads of the lines are looked at. */
  #read(): Map<string, string> {
    if (this.#index) return this.#index.hashes;
    const index = new Map<string, string>();
    this.#cutAt = undefined;
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
    this.#index = { size: bytes.length, hashes: index };
    return index;
  }
}
