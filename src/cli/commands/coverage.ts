import path from 'node:path';
import { type CoverageReport, coverageReport, coverTraces } from '../../golden/coverage/index.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import { loadProject, type Project } from '../../project/load-project.ts';
import { makeTools } from '../../project/tools.ts';
import { coverageModel, istanbulCoverage, lcov, printCoverage } from '../../report/coverage/index.ts';
import { createPromptIndex, type Trace } from '../../trace/index.ts';
import { defineCommand, UsageError } from '../command.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import { sessionsOf } from '../sessions.ts';

/** Renders recorded calls and reports which parts of their prompts they exercise. */
export const coverage = defineCommand({
  usage: '[session...] [options]',
  description:
    'Renders recorded calls and shows which conditions, loops, includes and expressions of their prompts they exercise,\n' +
    'and what to record for the rest. Sessions are folders or globs (default: the option "sessions" of the project).',
  options: {
    source: {
      type: 'string',
      value: 'MODE',
      help: 'Which text of a prompt: auto, live or recorded (default: as in the project)',
    },
    json: { type: 'boolean', help: 'Print the coverage as JSON' },
    lcov: { type: 'string', value: 'FILE', help: 'Write an lcov file' },
    istanbul: { type: 'string', value: 'FILE', help: 'Write an Istanbul coverage file (JSON)' },
    min: { type: 'string', value: 'PERCENT', help: 'Exit with 1 when less than this is covered' },
  },
  async run({ options, positionals }, io) {
    const min = percentOf(options.min);
    const source = sourceOf(options.source);
    const project = await loadProject(io.cwd, options);
    const sessions = sessionsOf(positionals, project, io.cwd, 'name them: vitest-poml coverage pomlruns');
    const traces = sessions.flatMap((session) => session.traces);
    const report = await cover(traces, project, source, io);
    for (const [file, content] of [
      [options.lcov, () => lcov(report, project.settings.root)],
      [options.istanbul, () => `${JSON.stringify(istanbulCoverage(report))}\n`],
    ] as const) {
      if (file !== undefined) project.tools.files.write(path.resolve(io.cwd, file), content());
    }
    const model = coverageModel(report);
    if (model.files.length === 0) throw new Error('No call could be rendered, so that nothing is covered.');
    const lines = options.json
      ? [JSON.stringify(model, null, 2)]
      : printCoverage(model, { root: project.settings.root, style: io.style }, LIMITS);
    io.out(`${lines.join('\n')}\n`);
    const reached = model.percent;
    if (min === undefined || reached >= min) return 0;
    io.err(`vitest-poml: ${reached}% of the prompts are covered, and --min asks for ${min}%.\n`);
    return 1;
  },
});

function percentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replace(/%$/, ''));
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new UsageError(`--min takes a percentage from 0 to 100, not ${JSON.stringify(text)}.`);
  return value;
}

function sourceOf(text: string | undefined): 'auto' | 'live' | 'recorded' | undefined {
  if (text === undefined || text === 'auto' || text === 'live' || text === 'recorded') return text;
  throw new UsageError(`--source takes auto, live or recorded, not ${JSON.stringify(text)}.`);
}

/** Whoever asks for it wants to see it. */
const LIMITS = { files: 200, missing: 200 };

async function cover(
  traces: readonly Trace[],
  { settings }: Project,
  source: ReturnType<typeof sourceOf>,
  io: Io,
): Promise<CoverageReport> {
  // Only the built-in renderer can be looked into.
  const tools = makeTools({ ...settings, renderer: 'builtin' });
  const bar = progress(io, traces.length, 'calls');
  const evaluation = evaluateOptions({ settings, testFile: undefined }, { source });
  const { calls, coverage } = await coverTraces(traces, evaluation, tools, { told: () => bar.step() });
  bar.end();
  const broken = calls.filter(({ failure }) => failure !== undefined && failure.name !== 'RenderError');
  for (const { trace, failure } of broken)
    io.err(`vitest-poml: ${trace.id} is left out: ${failure!.message}\n`);
  return coverageReport(
    coverage.files.map(({ file, hits }) => ({ path: file.path, text: file.text, hits })),
    {
      roots: settings.roots,
      moved: settings.sourceRoots,
      prompts: createPromptIndex(settings.root, settings.prompts).all(),
      read: tools.files.read,
    },
  );
}
