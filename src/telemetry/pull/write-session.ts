import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { GoldenFiles } from '../../golden/tools.ts';
import { errorCode } from '../../trace/error.ts';
import { isRecord } from '../../trace/json.ts';
import { sessionName } from '../../trace/recorded-at.ts';

/** The file of a session that says where it is from; POML uses no such name. */
export const GOLDEN_FILE = 'golden.json';

/** A trace as files. */
export interface PulledTrace {
  traceId: string;
  /** ISO time of the first call. */
  startedAt: string;
  /** The value of `golden.json`. */
  golden: object;
  /** Texts by file name. */
  files: ReadonlyMap<string, string>;
}

/** Somebody changed what an earlier pull wrote. */
export class ChangedSessionError extends Error {
  override readonly name = 'ChangedSessionError';
}

/**
 * Writes a session as a whole: after a kill, and the start of the next command, it is there complete or not at all. A trace
 * that was pulled before goes where it was.
 *
 * @throws ChangedSessionError when what is there differs, unless forced.
 */
export function writeSession(
  trace: PulledTrace,
  { to, files: disk, force = false }: { to: string; files: Pick<GoldenFiles, 'change'>; force?: boolean },
): { dir: string; unchanged: boolean } {
  const files = new Map([...trace.files, [GOLDEN_FILE, `${JSON.stringify(trace.golden, null, 2)}\n`]]);
  const dir = folderFor(trace, to);
  const there = readFolder(dir);
  if (there && isSame(there, files)) return { dir, unchanged: true };
  if (there && !force)
    throw new ChangedSessionError(
      `${dir} holds this trace already, and differs: somebody changed it, or a prompt is another one now. Use --force to write it anew.`,
    );
  const gone = [...(there?.keys() ?? [])].filter((name) => !files.has(name));
  // Pulled again it is the same, also after a power cut.
  disk.change(
    [
      ...Array.from(files, ([name, content]) => ({ path: path.join(dir, name), content })),
      ...gone.map((name) => ({ path: path.join(dir, name), content: undefined })),
    ],
    { durable: false },
  );
  return { dir, unchanged: false };
}

/** The folder that this trace is in, or the first free one named by its time. */
function folderFor({ traceId, startedAt }: PulledTrace, to: string): string {
  const { date, microseconds } = timeOf(startedAt);
  for (let later = 0; later < 1000; later++) {
    const dir = path.join(to, sessionName(date, (microseconds + later) % 1000));
    const owner = ownerOf(dir);
    if (owner === undefined || owner === traceId) return dir;
  }
  throw new Error(`${to} holds a thousand sessions of this moment.`);
}

/** The trace in a folder: `undefined` when there is no such folder, empty when it is of somebody else. */
function ownerOf(dir: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path.join(dir, GOLDEN_FILE), 'utf8'));
    const pulled = isRecord(value) && isRecord(value.pulled) ? value.pulled : {};
    return typeof pulled.trace === 'string' ? pulled.trace : '';
  } catch {
    return readFolder(dir) ? '' : undefined;
  }
}

/** A time with microseconds; one that cannot be read counts as the beginning of 1970, so that it is always the same. */
function timeOf(iso: string): { date: Date; microseconds: number } {
  const date = new Date(iso.replace(/(\.\d{3})\d+/, '$1'));
  const micros = /\.\d{3}(\d{3})/.exec(iso)?.[1];
  return { date: Number.isNaN(date.getTime()) ? new Date(0) : date, microseconds: Number(micros ?? 0) };
}

function readFolder(dir: string): Map<string, string> | undefined {
  try {
    return new Map(readdirSync(dir).map((name) => [name, readFileSync(path.join(dir, name), 'utf8')]));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isSame(there: ReadonlyMap<string, string>, files: ReadonlyMap<string, string>): boolean {
  return there.size === files.size && [...files].every(([name, text]) => there.get(name) === text);
}
