import path from 'node:path';
import { loadProject } from '../../project/load-project.ts';
import { statePath } from '../../project/state-folder.ts';
import { escapeLine, shownPath } from '../../report/index.ts';
import { plural } from '../../report/rows.ts';
import {
  type BackendName,
  Deadline,
  type PushReport,
  push as pushSpool,
  resolveTarget,
} from '../../telemetry/index.ts';
import { defineCommand, UsageError } from '../command.ts';
import { milliseconds } from '../seconds.ts';

/** Sends what a reporter or recorder could not deliver. */
export const push = defineCommand({
  usage: '[options]',
  description: `Sends the test runs that the agentops reporter could not deliver.
Each span is sent once. Where an earlier attempt ended without an answer, AgentOps is asked first what has
arrived; other backends cannot be asked, so such spans wait until --resend says that they may be there twice.
Keys and addresses come from the environment, as for the reporter.`,
  options: {
    spool: {
      type: 'string',
      value: 'DIR',
      help: 'Where they lie (default: .vitest-poml/spool in the project)',
    },
    resend: { type: 'boolean', help: 'Send also what may have arrived already' },
    endpoint: { type: 'string', value: 'URL', help: 'Address of the backend, in place of its variable' },
    'exporter-endpoint': {
      type: 'string',
      value: 'URL',
      help: "AgentOps' collector, in place of its variable",
    },
    insecure: { type: 'boolean', help: 'Let keys go over plain http: to another machine' },
    timeout: { type: 'string', value: 'SECONDS', help: 'End after this time (default: 60)' },
    json: { type: 'boolean', help: 'Print what was done as JSON' },
  },
  async run({ options, positionals }, io) {
    if (positionals.length > 0)
      throw new UsageError('push takes no arguments; --spool names another folder.');
    const deadline = new Deadline(milliseconds(options.timeout, 60, '--timeout'));
    const { settings } = await loadProject(io.cwd, options);
    const dir =
      options.spool === undefined ? statePath(settings.root, 'spool') : path.resolve(io.cwd, options.spool);
    const resolve = (backend: BackendName) =>
      resolveTarget(
        {
          backend,
          ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
          ...(options['exporter-endpoint'] !== undefined && {
            exporterEndpoint: options['exporter-endpoint'],
          }),
          ...(options.insecure && { insecure: true }),
        },
        io.env,
      );
    try {
      const report = await pushSpool({ dir, resolve, deadline, resend: options.resend === true });
      io.out(
        options.json
          ? `${JSON.stringify({ version: 1, ...report }, null, 2)}\n`
          : `${lines(report, dir, settings.root).join('\n')}\n`,
      );
      return report.left.length > 0 || report.failed > 0 ? 1 : 0;
    } finally {
      deadline.clear();
    }
  },
});

function lines(report: PushReport, dir: string, root: string): string[] {
  if (report.entries === 0) return [`Nothing waits in ${shownPath(dir, root)}.`];
  const { sent, failed, found, left, links, notes } = report;
  return [
    `${plural(sent, 'span')} sent${found > 0 ? `, ${found} had arrived before` : ''}${failed > 0 ? `, ${failed} refused` : ''}.`,
    ...links,
    ...notes,
    ...left.map(({ spans, why }) => `${plural(spans, 'span')} left: ${escapeLine(why)}`),
  ];
}
