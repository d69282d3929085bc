import path from 'node:path';
import type { PomlSettings } from '../project/settings.ts';
import { findSource } from '../project/tools.ts';
import type { FoundSource } from '../trace/index.ts';
import type { SessionModule } from './session-modules.ts';

/** By id of a trace, the prompt file it was recorded from; without those that are not to be found. */
export type TraceSources = ReadonlyMap<string, string>;

/**
 * Which prompt each trace was recorded from. To find that a file of every trace has to be read, so in watch mode it is kept
 * until a file of the trace changes, or any file comes or goes.
 */
export class TraceSourceIndex {
  readonly #settings: () => PomlSettings;
  /** By folder of the session. `undefined` for traces without a source. */
  readonly #known = new Map<string, Map<string, string | undefined>>();

  constructor(settings: () => PomlSettings) {
    this.#settings = settings;
  }

  of({ dir, session }: SessionModule): TraceSources {
    const known = this.#known.get(dir) ?? new Map<string, string | undefined>();
    this.#known.set(dir, known);
    const find = findSource(this.#settings());
    const sources = new Map<string, string>();
    for (const trace of session.traces) {
      if (!known.has(trace.id))
        known.set(
          trace.id,
          trySource(() => find(trace)),
        );
      const source = known.get(trace.id);
      if (source !== undefined) sources.set(trace.id, source);
    }
    return sources;
  }

  /** A file has changed: it may name the prompt of its trace. */
  changed(file: string): void {
    const known = this.#known.get(path.dirname(file));
    if (!known) return;
    const name = path.basename(file);
    for (const id of known.keys()) if (name.startsWith(`${id}.`)) known.delete(id);
  }

  /** A file came or went: what was not to be found may be now, and the other way round. */
  clear(): void {
    this.#known.clear();
  }
}

/** A trace whose files are broken has no source to follow; its test tells what is wrong. */
function trySource(find: () => FoundSource): string | undefined {
  try {
    const found = find();
    return 'path' in found ? found.path : undefined;
  } catch {
    return undefined;
  }
}
