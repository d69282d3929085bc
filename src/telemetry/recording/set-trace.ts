import { configure, type SetTraceOptions, type TraceBackend } from '../../trace/recording/index.ts';
import { Exporter } from './exporter.ts';

/**
 * Sets where calls of `poml` are recorded from now on: `true` or `'local'` for files, `'agentops'`, `'mlflow'`, `'weave'` or
 * `'otlp'` to be told there too, `false` for nowhere. Where backends are, and their keys, come from their own variables.
 *
 * With `traceDir` a new session folder is made there, with POML_TRACE its folder is used as it is, and with neither no
 * files are written.
 *
 * @returns The folder of the session, absolute; `undefined` when no files are written.
 * @throws TraceError when the folder cannot be made or written to, TypeError for a backend there is not
 * @example setTrace('local', { traceDir: 'pomlruns' }) // '/srv/app/pomlruns/20261121052042120390'
 * @example setTrace(['local', 'agentops'], { traceDir: 'pomlruns' })
 */
export function setTrace(
  backends: boolean | TraceBackend | readonly TraceBackend[] = true,
  options: SetTraceOptions = {},
): string | undefined {
  return configure(backends, options, (backend) => new Exporter(backend, { ...process.env }));
}
