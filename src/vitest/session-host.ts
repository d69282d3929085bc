import path from 'node:path';
import fastGlob from 'fast-glob';
import type { TestProject, Vitest } from 'vitest/node';
import { PomlOptionError } from '../project/options.ts';
import { loadSession } from '../trace/index.ts';
import { findSessionModules, globOfFile, type SessionModule, slashed } from './session-modules.ts';
import { watchSessions } from './watch.ts';

/** The sessions that one project runs. */
export class SessionHost {
  readonly globs: readonly string[];
  root = '';
  watches = false;
  #modules: Map<string, SessionModule> = new Map();

  constructor(globs: readonly string[]) {
    this.globs = globs;
  }

  /** Lists the sessions again. */
  refresh(): void {
    this.#modules = findSessionModules(this.globs, this.root);
  }

  modules(): SessionModule[] {
    return [...this.#modules.values()];
  }

  /** Whether a test module stands for a session. */
  standsFor(file: string): boolean {
    return this.#modules.has(slashed(file));
  }

  /** The session that a test module stands for, as it is on disk now; a run that is soon over has just looked. */
  fresh(file: string): SessionModule | undefined {
    const known = this.#modules.get(slashed(file));
    return known && this.watches ? { ...known, session: loadSession(known.dir) } : known;
  }

  /** The session that a file belongs to. */
  ofFile(file: string): SessionModule | undefined {
    const dir = path.resolve(path.dirname(file));
    return this.modules().find((module) => module.dir === dir);
  }
}

/**
 * Makes the sessions test modules of a project.
 *
 * @throws PomlOptionError when a glob matches nothing, or the project excludes a session
 */
export function hostSessions(host: SessionHost, project: TestProject, vitest: Vitest): void {
  host.root = project.config.root;
  host.watches = vitest.config.watch;
  host.refresh();
  includeSessions(host, project);
  if (vitest.config.watch) watchSessions(host, project, vitest);
}

/** Adds the sessions that Vitest does not look for yet. */
export function includeSessions(host: SessionHost, project: TestProject): void {
  const { config } = project;
  const from = config.dir || config.root;
  for (const { file, dir } of host.modules()) {
    const glob = globOfFile(file, from);
    if (config.include.includes(glob)) continue;
    // A new list: projects without an `include` of their own share one.
    config.include = [...config.include, glob];
    if (fastGlob.sync(glob, { cwd: from, dot: true, ignore: config.exclude }).length === 0) {
      throw new PomlOptionError(
        `the session ${dir} is shut out by "test.exclude" (${config.exclude.join(', ')}). ` +
          'Move it, change "exclude", or leave it out with "!" in "sessions".',
      );
    }
  }
}
