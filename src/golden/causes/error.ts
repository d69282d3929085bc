import path from 'node:path';
import type { RenderError } from '../../poml/errors.ts';
import { TraceError } from '../../trace/error.ts';
import { type Cause, causeKey } from '../causes.ts';
import { isRenderError } from '../render.ts';

const MAX_REASON = 160;

/**
 * An error as the cause of a failure: of a render by its place and the source line there, of a broken file by the file.
 *
 * @param root Absolute folder that names of files start in.
 */
export function errorCause(error: Error, root: string): Cause {
  const file = isRenderError(error)
    ? error.location?.file
    : error instanceof TraceError
      ? error.file
      : undefined;
  const location = isRenderError(error) ? error.location : undefined;
  const reason = (isRenderError(error) ? error.reason : error.message).split('\n', 1)[0] ?? '';
  const name = file === undefined ? undefined : path.relative(root, file).replaceAll('\\', '/');
  const place = name === undefined ? '' : location ? `${name}:${location.line} ` : `${name} `;
  const short = reason.startsWith(`${file}: `) ? reason.slice(`${file}: `.length) : reason;
  return {
    // The reason may quote values of a trace; the place is the same for all of them.
    key: location
      ? causeKey('error', name, String(location.line), lineOf(error))
      : causeKey('error', name, reason),
    kind: 'error',
    ...(file !== undefined && { file }),
    ...(location && { line: location.line, column: location.column, endLine: location.line }),
    ...(location && { after: lineOf(error) }),
    summary: `${place}${short.length > MAX_REASON ? `${short.slice(0, MAX_REASON - 1).toWellFormed()}…` : short}`,
  };
}

/** The source line that an error points at, from its code frame. */
function lineOf(error: Error): string {
  const frame = (error as Partial<RenderError>).frame ?? '';
  return (
    frame
      .split('\n')
      .find((line) => line.startsWith('>'))
      ?.replace(/^>\s*\d+ \| /, '')
      .trim() ?? ''
  );
}
