import path from 'node:path';
import { loadProject, type Project } from '../../project/load-project.ts';
import { recoverProject } from '../../project/state-folder.ts';
import { escapeLine, shownPath } from '../../report/index.ts';
import { plural } from '../../report/rows.ts';
import {
  Deadline,
  type PullReport,
  pullSubject,
  Reader,
  readExport,
  readTrace,
  resolveTarget,
  type TraceToWrite,
  writePulled,
} from '../../telemetry/index.ts';
import { createPathFinder, type PathFinder } from '../../trace/source.ts';
import { defineCommand, UsageError } from '../command.ts';
import { milliseconds } from '../seconds.ts';

/** Makes a session of a trace in AgentOps. */
export const pull = defineCommand({
  usage: '<trace id, URL or exported file> --to <dir>',
  description: `Makes a session, as POML records it, of the calls in a trace of AgentOps: named by its id, by its address in
the dashboard, or by the JSON file that the dashboard exports, which needs neither key nor network.
POML's own integration sends the path of a prompt, not its text: the text is looked up in the project and under
--source-root. golden.json in the session says where each call is from and what is missing.`,
  options: {
    to: { type: 'string', value: 'DIR', help: "Folder that gets the session's folder" },
    'source-root': {
      type: 'string',
      multiple: true,
      value: 'DIR',
      help: 'Where prompts are looked up that the trace only names (default: the project)',
    },
    wait: { type: 'string', value: 'SECONDS', help: 'Wait so long for a trace that was just sent' },
    force: { type: 'boolean', help: 'Write a session anew that was changed since it was pulled' },
    endpoint: { type: 'string', value: 'URL', help: "AgentOps' API, in place of AGENTOPS_API_ENDPOINT" },
    insecure: { type: 'boolean', help: 'Let the key go over plain http: to another machine' },
    timeout: { type: 'string', value: 'SECONDS', help: 'End after this time (default: 60)' },
    json: { type: 'boolean', help: 'Print what was written as JSON' },
  },
  async run({ options, positionals }, io) {
    const [given] = positionals;
    if (given === undefined || positionals.length > 1)
      throw new UsageError('Name one trace: its id, its address in the dashboard, or an exported file.');
    if (options.to === undefined) throw new UsageError('Say where to with --to, e.g. --to pomlruns.');
    const wait = options.wait === undefined ? 0 : milliseconds(options.wait, 0, '--wait');
    const subject = pullSubject(given, io.cwd);
    const project = await loadProject(io.cwd, options);
    const { root } = project.settings;
    const deadline = new Deadline(milliseconds(options.timeout, 60, '--timeout') + wait);
    try {
      const trace =
        'file' in subject
          ? readExport(subject.file)
          : await fromApi(subject.traceId, { options, env: io.env, deadline, wait });
      const to = path.resolve(io.cwd, options.to);
      recoverProject({ root, homes: [to] });
      const report = writePulled(trace, {
        to,
        root,
        files: project.tools.files,
        finders: findersOf(options['source-root'] ?? [], project, io.cwd),
        force: options.force === true,
      });
      io.out(
        options.json
          ? `${JSON.stringify({ version: 1, ...report }, null, 2)}\n`
          : `${lines(report, root).join('\n')}\n`,
      );
      return 0;
    } finally {
      deadline.clear();
    }
  },
});

interface FromApi {
  options: { endpoint?: string; insecure?: boolean };
  env: NodeJS.ProcessEnv;
  deadline: Deadline;
  wait: number;
}

async function fromApi(traceId: string, { options, env, deadline, wait }: FromApi): Promise<TraceToWrite> {
  const resolved = resolveTarget(
    {
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
      ...(options.insecure && { insecure: true }),
    },
    env,
  );
  if ('off' in resolved)
    throw new UsageError(`${resolved.off}. Set it, or pull a file that the dashboard exported.`);
  const { target } = resolved;
  const reader = new Reader(target, deadline);
  return readTrace(reader, traceId, { deadline, waitUntil: Date.now() + wait, api: target.login?.api ?? '' });
}

function findersOf(folders: readonly string[], { settings }: Project, cwd: string): PathFinder[] {
  const { root, sourceRoots, prompts } = settings;
  return [
    ...folders.map((folder) => createPathFinder({ root: path.resolve(cwd, folder), prompts: '.' })),
    createPathFinder({ root, sourceRoots, ...(prompts && { prompts }) }),
  ];
}

function lines({ session, unchanged, calls, others }: PullReport, root: string): string[] {
  const where = shownPath(session, root);
  const head = unchanged
    ? `${where} holds this trace already, the same.`
    : `${plural(calls.length, 'call')} written to ${where}${others > 0 ? `; ${plural(others, 'other span')} left out` : ''}.`;
  const problems = calls.flatMap(({ id, problems: own }) =>
    own.map((problem) => `${id}: ${escapeLine(problem)}`),
  );
  return [head, ...problems, `Next: npx vitest-poml capture ${where} --to goldens`];
}
