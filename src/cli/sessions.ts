import type { Project } from '../project/load-project.ts';
import { list } from '../project/options.ts';
import { loadSessions, type Session } from '../trace/index.ts';
import { UsageError } from './command.ts';

/**
 * The sessions that a command works on: those named, or those of the project.
 *
 * @param globs From the working directory; `undefined` or none for the project's own.
 * @param how How to name sessions, for the error when there are none.
 * @throws UsageError when the project has none, TraceError when a glob matches none
 */
export function sessionsOf(
  globs: readonly string[] | undefined,
  { options, settings }: Project,
  cwd: string,
  how: string,
): Session[] {
  if (globs && globs.length > 0) return loadSessions([...globs], { cwd });
  if (options.sessions === undefined) {
    throw new UsageError(`There are no sessions: set "sessions" of poml() in the Vitest config, or ${how}.`);
  }
  return loadSessions(list(options.sessions), { cwd: settings.root });
}
