import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadSessions, type Session, type Trace, TraceError } from '../../src/trace/index.ts';
import type { BrokenCase, ConformanceCase } from './case.ts';

/** Recorded paths below `recorded` are found below `here`. */
interface Home {
  recorded: string;
  here: string;
}

/** The sessions in and below a folder; none is no error. */
export function findSessions(dir: string): Session[] {
  try {
    return loadSessions(dir);
  } catch (error) {
    if (error instanceof TraceError) return [];
    throw error;
  }
}

/** Every trace of a session as a case: rendered as it was recorded, from the recorded markup. */
export function sessionCases(session: Session): (ConformanceCase | BrokenCase)[] {
  const home = findHome(session);
  const prompts = home ? promptsFolder(session, home) : undefined;
  return session.traces.map((trace) => {
    try {
      return traceCase(trace, home, prompts);
    } catch (error) {
      return { name: trace.id, directory: session.dir, reason: String(error) };
    }
  });
}

function traceCase(trace: Trace, home: Home | undefined, prompts: string | undefined): ConformanceCase {
  const { resultJson, resultText } = trace;
  const moved = (text: string): string =>
    home ? text.replaceAll(`${home.recorded}/`, `${home.here}/`) : text;
  const recorded = trace.sourcePath;
  return {
    name: trace.id,
    directory: trace.sessionDir,
    // A prompt may name its own files by full path.
    markup: moved(trace.markup),
    options: {
      context: trace.context,
      stylesheet: trace.stylesheet,
      chat: trace.chat,
      locale: 'en-US',
      ...(trace.recordedAt && { now: trace.recordedAt }),
      ...(recorded && { sourcePath: home ? movePrompt(recorded, home, prompts) : recorded }),
      ...(home && { roots: [home.here] }),
    },
    expected: resultJson === undefined ? undefined : { json: resultJson, text: resultText ?? '' },
    mustFail: resultJson === undefined,
    lenient: true,
    exactness: 'bytes or decoded',
    blanksMayDiffer: false,
  };
}

/** The application's folder: the nearest one above the session in which a recorded source is found. */
function findHome(session: Session): Home | undefined {
  for (const trace of session.traces) {
    const segments = trace.sourcePath?.split(/[\\/]/) ?? [];
    let here = session.dir;
    for (let level = 0; level < 3; level++) {
      here = dirname(here);
      for (let from = 1; from < segments.length - 1; from++) {
        if (!existsSync(join(here, ...segments.slice(from)))) continue;
        return { recorded: segments.slice(0, from).join('/'), here };
      }
    }
  }
  return undefined;
}

/** Older versions of prompts are kept beside `prompts` as `prompts-v1`: takes the folder whose files the session holds. */
function promptsFolder(session: Session, home: Home): string | undefined {
  const folders = readdirSync(home.here).filter((name) => /^prompts(?:-|$)/.test(name));
  const scores = folders.map((folder) => ({
    folder,
    score: session.traces.filter((trace) => isFrom(trace, folder, home)).length,
  }));
  // On a tie the current prompts win, which sort first.
  return scores.sort((a, b) => b.score - a.score)[0]?.folder;
}

function isFrom(trace: Trace, folder: string, home: Home): boolean {
  const path = trace.sourcePath && movePrompt(trace.sourcePath, home, folder);
  return path !== undefined && existsSync(path) && readFileSync(path, 'utf8') === trace.markup;
}

function movePrompt(recorded: string, home: Home, prompts: string | undefined): string {
  if (!recorded.startsWith(`${home.recorded}/`)) return recorded;
  const rest = recorded.slice(home.recorded.length + 1);
  return join(home.here, prompts === undefined ? rest : rest.replace(/^prompts(?=\/)/, prompts));
}
