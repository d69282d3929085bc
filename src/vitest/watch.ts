import path from 'node:path';
import type { TestProject, Vitest } from 'vitest/node';
import { ownWrites } from './own-writes.ts';
import { includeSessions, type SessionHost } from './session-host.ts';

/** Names of the files of a trace. */
const TRACE_FILE = /^\d{4,}\..+/;
/**
 * Watch mode over recorded data: a changed, new or deleted trace file runs its session again, and a new session is
 * found.
 */
export function watchSessions(host: SessionHost, project: TestProject, vitest: Vitest): void {
  const outside = host
    .modules()
    .map(({ dir }) => dir)
    .filter((dir) => path.relative(project.config.root, dir).startsWith('..'));
  if (outside.length > 0) project.vite.watcher.add(outside);
  const writes = ownWrites(vitest);

  vitest.config.watchTriggerPatterns ??= [];
  vitest.config.watchTriggerPatterns.push({
    pattern: /[\\/]\d{4,}\.[^\\/]+$/,
    testsToRun: (file) => {
      const session = host.ofFile(file) ?? newSession(file, host, project);
      if (!session) return;
      // An empty list: seen, and nothing to run.
      if (writes.has(file)) return [];
      // A test module that has changed itself is run again by Vitest.
      if (session.file === file) return;
      vitest.invalidateFile(session.file);
      return session.file;
    },
  });
  project.vite.watcher.on('unlink', (file) => {
    if (!TRACE_FILE.test(path.basename(file))) return;
    const session = host.ofFile(file);
    if (session) vitest.invalidateFile(session.file);
  });
}

/** Looks for the session of a file that belongs to none known; sessions appear while one watches. */
function newSession(
  file: string,
  host: SessionHost,
  project: TestProject,
): ReturnType<SessionHost['ofFile']> {
  if (!file.endsWith('.poml')) return undefined;
  try {
    host.refresh();
    includeSessions(host, project);
  } catch {
    // A recording that is only half there; its next file asks again.
    return undefined;
  }
  const session = host.ofFile(file);
  if (session) project.matchesTestGlob(session.file);
  return session;
}
