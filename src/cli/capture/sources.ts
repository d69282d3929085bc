import { statSync } from 'node:fs';
import path from 'node:path';
import type { CaptureSource } from '../../golden/capturing/capture.ts';
import { loadSession, loadSessions, loadTrace } from '../../trace/index.ts';
import type { Session, Trace } from '../../trace/types.ts';

/**
 * The calls that a command line names: folders of sessions, parents of them, globs, or single traces by the path of
 * their files. Paths start in the working directory, or else in the project root.
 *
 * @throws TraceError when one names nothing
 */
export function captureSources(names: readonly string[], root: string, cwd: string): CaptureSource[] {
  const sources = new Map<string, { session: Session; ids: Set<string> }>();
  const add = (session: Session, traces: readonly Trace[]) => {
    const known = sources.get(session.dir) ?? { session, ids: new Set() };
    sources.set(session.dir, known);
    for (const { id } of traces) known.ids.add(id);
  };
  for (const name of names) {
    const from = [cwd, root].find((folder) => isThere(path.resolve(folder, name)));
    if (from === undefined && !/[*?[\]{}()!]/.test(name)) {
      const trace = traceOf(name, root, cwd);
      add(loadSession(trace.sessionDir), [trace]);
    } else if (from !== undefined && statSync(path.resolve(from, name)).isFile()) {
      const trace = loadTrace(path.resolve(from, name));
      add(loadSession(trace.sessionDir), [trace]);
    } else {
      for (const session of loadSessions(name, { cwd: from ?? cwd })) add(session, session.traces);
    }
  }
  return [...sources.values()].map(({ session, ids }) => ({
    session,
    traces: session.traces.filter(({ id }) => ids.has(id)),
  }));
}

/** A trace from the working directory or the root. */
function traceOf(name: string, root: string, cwd: string): Trace {
  try {
    return loadTrace(path.resolve(cwd, name));
  } catch (error) {
    if (root === cwd) throw error;
    return loadTrace(path.resolve(root, name));
  }
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
