import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, Vitest } from 'vitest/node';
import type { PomlSettings } from '../project/settings.ts';
import { type GeneratedCode, promptModuleCode, sessionModuleCode, unmapped } from './module-code.ts';
import { literalReferences } from './references.ts';
import type { SessionHost } from './session-host.ts';
import { type SessionModule, slashed } from './session-modules.ts';
import type { TouchedTraces } from './touched-traces.ts';
import type { TraceSourceIndex } from './trace-sources.ts';

/** Endings that Vite, or a plugin of the user, makes modules of; anything else is data to it. */
const CODE = /\.(?:[cm]?[jt]sx?|json5?|css|scss|sass|less|vue|svelte|astro|wasm)$/i;

/** What modules are made from. */
export interface ModuleSources {
  host: SessionHost;
  settings: () => PomlSettings;
  touched: TouchedTraces;
  sources: TraceSourceIndex;
}

/** What the plugin gives Vite for `.poml` files and for the files that prompts read. */
export class PomlModules {
  readonly #host: SessionHost;
  readonly #settings: () => PomlSettings;
  /** Files that prompts read: part of the module graph only so that a change of them is noticed. */
  readonly #data = new Set<string>();
  readonly #touched: TouchedTraces;
  readonly #sources: TraceSourceIndex;
  #vitest: Vitest | undefined;
  /** Tests are run once, and nobody looks at the code. */
  #isRun = false;

  constructor({ host, settings, touched, sources }: ModuleSources) {
    this.#host = host;
    this.#settings = settings;
    this.#touched = touched;
    this.#sources = sources;
  }

  attach(vitest: Vitest): void {
    this.#vitest = vitest;
    if (vitest.config.watch) return;
    const reporter: Reporter = {
      onTestRunStart: () => {
        this.#isRun = true;
      },
    };
    (vitest.config.reporters as unknown[]).push(reporter);
  }

  /** Whether a module is made by this plugin. */
  owns(id: string): boolean {
    const file = cleanId(id);
    return file.endsWith('.poml') || this.#data.has(slashed(file));
  }

  /** The code of a `.poml` file: a test module for one that stands for a session, else an imported prompt. */
  load(id: string): GeneratedCode | undefined {
    const file = cleanId(id);
    if (!file.endsWith('.poml') || id.includes('\0') || /[?&](?:raw|url)\b/.test(id)) return undefined;
    const session = this.#host.fresh(file);
    if (session) return this.#sessionModule(session);
    const dependencies = literalReferences(file, readFileSync(file, 'utf8'));
    return promptModuleCode(file, this.#remember(dependencies));
  }

  /** Makes an empty module of a data file when it is asked for. */
  follow(file: string): void {
    this.#remember([file]);
  }

  /** Data that nobody made a module of becomes an empty one, so that following it does not fail. */
  replaceData(code: string, id: string): GeneratedCode | undefined {
    const file = cleanId(id);
    if (!this.#data.has(slashed(file)) || CODE.test(file)) return undefined;
    return code === readFileSync(file, 'utf8') ? unmapped('export {};') : undefined;
  }

  #sessionModule(module: SessionModule): GeneratedCode {
    const name = slashed(path.relative(this.#settings().root, module.dir)) || module.session.name;
    return sessionModuleCode(module, {
      name,
      dependencies: this.#remember(this.#reasonsToRun(module)),
      only: this.#touched.of(module),
      literal: !this.#isRun,
    });
  }

  /** Files whose change makes a session run again. Asked for only where Vitest looks at them: it costs a look at every trace. */
  #reasonsToRun(module: SessionModule): string[] {
    const config = this.#vitest?.config;
    if (!config?.watch && !config?.related && !config?.changed) return [];
    const { session, file } = module;
    const found = new Set(this.#sources.of(module).values());
    for (const prompt of [...found]) {
      for (const reference of literalReferences(prompt, readFileSync(prompt, 'utf8'))) found.add(reference);
    }
    // Of the session's own files only those are named that were asked for: thousands of others would have to be followed.
    for (const related of config.related ?? []) {
      const target = path.resolve(config.root, related);
      if (path.dirname(target) === session.dir) found.add(target);
    }
    found.delete(path.normalize(file));
    return [...found];
  }

  #remember(files: string[]): string[] {
    for (const file of files) if (!file.endsWith('.poml')) this.#data.add(slashed(file));
    return files;
  }
}

function cleanId(id: string): string {
  const query = id.indexOf('?');
  return query < 0 ? id : id.slice(0, query);
}
