import path from 'node:path';
import { readRuns } from '../../project/last-run.ts';
import { loadProject } from '../../project/load-project.ts';
import { nearest } from '../../project/nearest.ts';
import { reportText, writeReport } from '../../project/reports.ts';
import { makeStateFolder, statePath } from '../../project/state-folder.ts';
import { checkGates } from '../../report/gates/check-gates.ts';
import { printSummary, type RunModel, relativePath } from '../../report/index.ts';
import { isFileReport, REPORT_FILES, type ReportName } from '../../report/outputs/choices.ts';
import { githubAnnotations } from '../../report/outputs/index.ts';
import { defineCommand, UsageError } from '../command.ts';
import type { Io } from '../io.ts';

const FORMATS: readonly ReportName[] = ['terminal', 'html', 'markdown', 'junit', 'sarif', 'json', 'github'];

/** Makes any report from what the last run, or several, have left. */
export const report = defineCommand({
  usage: '[run.json...] [--format <format>] [--output <file>]',
  description: `Makes a report of the last run, or of the runs that are named: several, such as the shards of a run, become one.
Formats: ${FORMATS.join(', ')}. Exits with 1 where a gate of the project does not hold.`,
  options: {
    format: { type: 'string', short: 'f', value: 'NAME', help: 'What to make (default: terminal)' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Where to write it (default: standard output; HTML .vitest-poml/report.html)',
    },
  },
  async run({ options, positionals }, io) {
    const format = formatOf(options.format ?? 'terminal');
    const { settings, options: project } = await loadProject(io.cwd, options);
    const run = readRuns(positionals, io.cwd, settings.root);
    const model = project.gates ? { ...run, gates: checkGates(run, project.gates) } : run;
    const text = textOf(format, model, io);
    const file = fileOf(format, options.output, settings.root, io.cwd);
    if (file === undefined) io.out(text);
    else {
      writeReport(file, text);
      io.err(`${relativePath(file, io.cwd)}\n`);
    }
    return model.gates?.some(({ passed }) => !passed) ? 1 : 0;
  },
});

function formatOf(name: string): ReportName {
  const format = FORMATS.find((known) => known === name);
  if (format !== undefined) return format;
  const near = nearest(name, FORMATS);
  throw new UsageError(
    `There is no format ${name}. ${near === undefined ? `Formats: ${FORMATS.join(', ')}.` : `Did you mean ${near}?`}`,
  );
}

function textOf(format: ReportName, model: RunModel, { env, style }: Io): string {
  const place = { root: model.root, env };
  if (isFileReport(format)) return reportText(format, model, place);
  const lines = format === 'github' ? githubAnnotations(model, place.root) : printSummary(model, { style });
  return lines.map((line) => `${line}\n`).join('');
}

/** Where a report goes; `undefined` for standard output. A page is of no use there. */
function fileOf(
  format: ReportName,
  given: string | undefined,
  root: string,
  cwd: string,
): string | undefined {
  if (given !== undefined) return given === '-' ? undefined : path.resolve(cwd, given);
  if (format !== 'html') return undefined;
  makeStateFolder(root);
  return statePath(root, REPORT_FILES.html);
}
