import path from 'node:path';
import { PomlOptionError } from '../project/options.ts';
import { loadSessions } from '../trace/index.ts';
import type { Session } from '../trace/types.ts';

/** A session as a test module. Vitest takes only real files for test modules, so the session's first `.poml` stands for it. */
export interface SessionModule {
  /** Absolute path of the file that Vitest runs, with `/`. */
  file: string;
  /** Absolute folder of the session. */
  dir: string;
  session: Session;
}

/**
 * The sessions that the option `sessions` names, by the file that stands for each.
 *
 * @throws PomlOptionError when a glob matches nothing or a session cannot be run
 */
export function findSessionModules(globs: readonly string[], root: string): Map<string, SessionModule> {
  const modules = new Map<string, SessionModule>();
  if (globs.length === 0) return modules;
  let sessions: Session[];
  try {
    sessions = loadSessions([...globs], { cwd: root });
  } catch (error) {
    throw new PomlOptionError(`the option "sessions" cannot be used: ${(error as Error).message}`);
  }
  for (const session of sessions) {
    const first = session.traces.find((trace) => trace.has('.poml'));
    if (!first) {
      throw new PomlOptionError(
        `the session ${session.dir} holds no .poml file. Copy the whole folder, or leave it out with "!" in "sessions".`,
      );
    }
    const file = slashed(first.path('.poml'));
    modules.set(file, { file, dir: session.dir, session });
  }
  return modules;
}

/** A glob that matches exactly one file, relative to where Vitest's `include` starts. */
export function globOfFile(file: string, from: string): string {
  return slashed(path.relative(from, file)).replace(/[\\*?[\](){}!|+@]/g, '\\$&');
}

/** A path with `/` on every system, as Vite writes module ids. */
export function slashed(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}
