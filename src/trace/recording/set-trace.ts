import { configure, type SetTraceOptions } from './state.ts';

/**
 * Sets where calls of `poml` are recorded from now on: `true` or `'local'` for files, `false` for nowhere.
 *
 * With `traceDir` a new session folder is made there, with POML_TRACE its folder is used as it is, and with neither
 * `getTrace` alone tells of the calls.
 *
 * @returns The folder of the session, absolute; `undefined` when no files are written.
 * @throws TraceError when the folder cannot be made or written to
 * @example setTrace('local', { traceDir: 'pomlruns' }) // '/srv/app/pomlruns/20261121052042120390'
 */
export function setTrace(
  backends: boolean | 'local' | readonly 'local'[] = true,
  options: SetTraceOptions = {},
): string | undefined {
  return configure(backends, options, () => {
    throw new TypeError('setTrace: only local recordings can be made here.');
  });
}
