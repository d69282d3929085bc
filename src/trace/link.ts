import { readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, TraceError } from './error.ts';
import type { Trace } from './types.ts';

/**
 * Where the `.source.poml` link of a trace points, absolute, whether something is there or not; `undefined` when
 * there is no link.
 *
 * @throws TraceError when the link cannot be read
 */
export function sourceLinkTarget(trace: Pick<Trace, 'has' | 'path' | 'sessionDir'>): string | undefined {
  if (!trace.has('.source.poml')) return undefined;
  const link = trace.path('.source.poml');
  try {
    return resolve(trace.sessionDir, readlinkSync(link));
  } catch (error) {
    // EINVAL: a plain file, as a copy that follows links leaves it. UNKNOWN: the same on Windows.
    if (['EINVAL', 'UNKNOWN', 'ENOENT'].includes(errorCode(error) ?? '')) return undefined;
    throw new TraceError('the link cannot be read', {
      file: link,
      sessionDir: trace.sessionDir,
      cause: error,
    });
  }
}
