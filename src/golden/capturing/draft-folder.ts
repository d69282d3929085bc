import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { archiveText, isArchive } from '../../poml/assets/zip.ts';
import { ASSETS_FOLDER } from '../../trace/captured.ts';
import { groupNames } from '../../trace/names.ts';
import { recordedAt } from '../../trace/recorded-at.ts';
import { RecordedTrace } from '../../trace/trace.ts';
import type { Trace } from '../../trace/types.ts';

/** The folder of one draft. */
export class DraftFolder {
  readonly dir: string;
  readonly suffixes: string[] = [];
  readonly #id: string;
  readonly #assets: string[] = [];

  constructor(dir: string, id: string) {
    this.dir = dir;
    this.#id = id;
    mkdirSync(dir, { recursive: true });
  }

  put(suffix: string, bytes: string | Uint8Array): void {
    writeFileSync(path.join(this.dir, this.#id + suffix), bytes);
    if (!this.suffixes.includes(suffix)) this.suffixes.push(suffix);
  }

  putAsset(name: string, bytes: Uint8Array): void {
    const folder = path.join(this.dir, ASSETS_FOLDER);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
    this.#assets.push(name);
  }

  /** The draft as a trace. */
  trace(): Trace {
    const [named] = groupNames(this.suffixes.map((suffix) => this.#id + suffix));
    return new RecordedTrace(this.dir, recordedAt(path.basename(this.dir)), named!);
  }

  /**
   * The names and contents of all files. Bytes that are no text read as text all the same: values stand out in them too. Of
   * an archive, such as a Word file, what it holds comes after it.
   */
  *texts(): Generator<[string, string]> {
    const names = [
      ...this.suffixes.map((suffix) => this.#id + suffix),
      ...this.#assets.map((name) => path.join(ASSETS_FOLDER, name)),
    ];
    for (const name of names) {
      const bytes = readFileSync(path.join(this.dir, name));
      yield [name, bytes.toString('utf8')];
      if (isArchive(bytes)) yield [name, archiveText(bytes) ?? ''];
    }
  }
}
