import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule, TestProject, Vitest } from 'vitest/node';
import { STATE_FOLDER } from '../project/state-folder.ts';
import { ownWrites } from './own-writes.ts';
import { literalReferences } from './references.ts';
import type { SessionHost } from './session-host.ts';
import { type SessionModule, slashed } from './session-modules.ts';
import type { TraceSourceIndex, TraceSources } from './trace-sources.ts';

/**
 * Which traces of a session a change touches, so that watch mode runs no others: those whose prompt is the changed file or
 * reads it, and those that failed before. Vitest itself knows only that the session has to run again.
 */
export class TouchedTraces {
  readonly #sources: TraceSourceIndex;
  /** Files that changed since the last run, with `/`. */
  #changed = new Set<string>();
  /** What the coming run was started by; `undefined` where everything is to run. */
  #reasons: ReadonlySet<string> | undefined;
  /** By folder of the session: ids of traces that failed when they last ran. */
  readonly #failed = new Map<string, Set<string>>();
  /** By folder of the session: files that its renders have read. */
  readonly #read = new Map<string, Set<string>>();
  /** Sessions whose module holds only a part of its tests. */
  readonly #narrowed = new Map<string, SessionModule>();

  constructor(sources: TraceSourceIndex) {
    this.#sources = sources;
  }

  /** Begins to take note of changes and of what runs find. */
  watch(host: SessionHost, project: TestProject, vitest: Vitest): void {
    for (const event of ['change', 'add', 'unlink'] as const)
      project.vite.watcher.on(event, (file) => {
        // What runs leave themselves is no reason for anything.
        if (slashed(file).includes(`/${STATE_FOLDER}/`)) return;
        this.#changed.add(slashed(file));
        if (event === 'change') this.#sources.changed(path.normalize(file));
        else this.#sources.clear();
      });
    const writes = ownWrites(vitest);
    const reporter: Reporter = {
      onWatcherRerun: (files, trigger) => {
        // A key has words for a trigger, a change the file's path.
        const file = trigger === undefined ? '' : slashed(path.resolve(vitest.config.root, trigger));
        const others = [...this.#changed].filter((changed) => changed === file || !writes.has(changed));
        this.#reasons = this.#changed.has(file) ? new Set(others) : undefined;
        this.#changed = new Set();
        // Of a module that only depends on what has changed Vite keeps the code.
        if (this.#reasons) for (const module of files) if (host.ofFile(module)) vitest.invalidateFile(module);
      },
      onTestModuleEnd: (module) => this.#note(module, host.ofFile(module.moduleId)),
      onTestRunEnd: () => {
        this.#reasons = undefined;
        // The next run may be of everything.
        for (const { file } of this.#narrowed.values()) vitest.invalidateFile(file);
        this.#narrowed.clear();
      },
    };
    (vitest.config.reporters as unknown[]).push(reporter);
  }

  /** The ids of the traces to run now; `undefined` for all. */
  of(module: SessionModule): ReadonlySet<string> | undefined {
    const reasons = this.#reasons;
    if (!reasons) return undefined;
    const readers = readersOf(this.#sources.of(module));
    const touched = new Set(this.#failed.get(module.dir));
    for (const file of reasons) {
      const isOwn = path.dirname(file) === slashed(module.dir);
      const ids = isOwn ? tracesOf(file, module) : readers.get(file);
      for (const id of ids ?? []) touched.add(id);
      // The name of a file that a render has computed: which traces read it is not known.
      if (!ids && this.#read.get(module.dir)?.has(file)) return undefined;
    }
    if (touched.size === 0 || touched.size >= module.session.traces.length) return undefined;
    this.#narrowed.set(module.dir, module);
    return touched;
  }

  #note(module: TestModule, session: SessionModule | undefined): void {
    if (!session) return;
    const failed = this.#failed.get(session.dir) ?? new Set();
    this.#failed.set(session.dir, failed);
    for (const test of module.children.allTests()) {
      if (test.result().state === 'failed') failed.add(test.name);
      else failed.delete(test.name);
    }
    const read = this.#read.get(session.dir) ?? new Set();
    this.#read.set(session.dir, read);
    for (const file of (module.meta() as { pomlFiles?: string[] }).pomlFiles ?? []) read.add(slashed(file));
  }
}

/** The trace that a file of the session belongs to. */
function tracesOf(file: string, { session }: SessionModule): string[] {
  const name = path.basename(file);
  return session.traces.filter(({ id }) => name.startsWith(`${id}.`)).map(({ id }) => id);
}

/** The traces that each file is read for, as far as prompts name their files literally. */
function readersOf(sources: TraceSources): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  const closures = new Map<string, ReadonlySet<string>>();
  for (const [id, source] of sources) {
    const files = closures.get(source) ?? closureOf(source);
    closures.set(source, files);
    for (const file of files) {
      const ids = readers.get(file);
      if (ids) ids.push(id);
      else readers.set(file, [id]);
    }
  }
  return readers;
}

/** A prompt and everything it names, directly or through what it includes, with `/`. */
function closureOf(prompt: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(slashed(file))) return;
    found.add(slashed(file));
    if (!file.endsWith('.poml')) return;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return;
    }
    for (const reference of literalReferences(file, text)) visit(reference);
  };
  visit(prompt);
  return found;
}
