import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { VerdictRecord } from '../../golden/record.ts';
import { isRed } from '../../report/model/index.ts';
import { relativePath } from '../../report/paths.ts';
import { MAX_FILE_BYTES, readTraceText } from '../../trace/file.ts';
import { loadTrace } from '../../trace/session.ts';
import type { Trace } from '../../trace/types.ts';

/** The texts of one render, as they stand in files: what is not there is left out. */
export interface RenderContent {
  source?: string;
  context?: unknown;
  stylesheet?: unknown;
  /** The result: of this render, not of the golden. */
  result?: unknown;
}

/**
 * Reads the texts of a render when the run is over, from the prompt file or the recording. Only below the project; what
 * cannot be read is left out, since a report must not fail a run.
 */
export function contentOf(record: VerdictRecord, root: string): RenderContent {
  const trace = traceOf(record, root);
  // What a test passes to a prompt is known only from a golden.
  if (!trace) return {};
  const context = jsonOf(trace, '.context.json');
  const stylesheet = jsonOf(trace, '.stylesheet.json');
  // Without what went into it a call cannot be told; null would stand for an empty context.
  if (context === BROKEN || stylesheet === BROKEN) return {};
  const result = resultOf(record, trace);
  return {
    source: sourceOf(record, trace, root),
    context,
    stylesheet,
    ...(result !== BROKEN && { result }),
  };
}

/** A file that is there and cannot be read. */
const BROKEN = Symbol('broken');

function traceOf({ golden, session, trace }: VerdictRecord, root: string): Trace | undefined {
  const prefix = session !== undefined && trace !== undefined ? path.join(session, trace) : golden;
  if (prefix === undefined || !isBelow(path.dirname(prefix), root)) return undefined;
  return attempt(() => loadTrace(prefix));
}

function sourceOf(record: VerdictRecord, trace: Trace | undefined, root: string): string | undefined {
  const file = record.source?.kind === 'live' ? record.source.path : undefined;
  if (file === undefined) return attempt(() => trace?.markup);
  if (!isBelow(file, root)) return undefined;
  return attempt(() => (statSync(file).size > MAX_FILE_BYTES ? undefined : readFileSync(file, 'utf8')));
}

/** A render that equals its golden, or was accepted as it, is what the golden holds; one that differs comes along. */
function resultOf(record: VerdictRecord, trace: Trace | undefined): unknown {
  if (record.rendered !== undefined) return attempt(() => JSON.parse(record.rendered ?? '') as unknown);
  return isRed(record) || record.status === 'unreproducible' ? undefined : jsonOf(trace, '.result.json');
}

function jsonOf(trace: Trace | undefined, suffix: string): unknown {
  if (!trace?.has(suffix)) return undefined;
  const read = () => ({ value: JSON.parse(readTraceText(trace.path(suffix), trace.sessionDir)) as unknown });
  return (attempt(read) ?? { value: BROKEN }).value;
}

/** Whether a file or folder lies below another one, links resolved. */
function isBelow(file: string, root: string): boolean {
  const real = attempt(() => realpathSync(file));
  const home = attempt(() => realpathSync(root));
  return real !== undefined && home !== undefined && (real === home || real.startsWith(home + path.sep));
}

/** A path as it may leave the machine: from the project's folder, or only its last part. */
export function sharedPath(file: string, root: string): string {
  const relative = relativePath(file, root);
  return path.isAbsolute(relative) || /^[A-Za-z]:/.test(relative) ? path.basename(file) : relative;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
