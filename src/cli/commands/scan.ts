import { existsSync } from 'node:fs';
import path from 'node:path';
import fastGlob from 'fast-glob';
import { GOLDENS_FOLDER } from '../../golden/call-golden.ts';
import { ALLOW_FILE, readAllowList } from '../../golden/redaction/allow-list.ts';
import type { DetectOptions } from '../../golden/redaction/detect.ts';
import { DETECTOR_NAMES } from '../../golden/redaction/detectors.ts';
import { maskedPath, type ScanOutcome, scanFiles } from '../../golden/redaction/scan.ts';
import { loadProject, type Project } from '../../project/load-project.ts';
import { list } from '../../project/options.ts';
import { escapeLine } from '../../report/index.ts';
import { plural } from '../../report/rows.ts';
import { loadSessions } from '../../trace/index.ts';
import { defineCommand, UsageError } from '../command.ts';
import type { Io } from '../io.ts';
import { detectorHelp, detectorNames } from '../redact-rules.ts';

/** Looks for secrets and personal data in goldens. */
export const scan = defineCommand({
  usage: '[folder or file]... [options]',
  description: `Looks for secrets and personal data in goldens: in every file that is text, .env files included, and in the names
of files. Without folders it looks through the project's sessions and all ${GOLDENS_FOLDER} folders. Detectors:
${detectorHelp()}
What is found and harmless goes into ${ALLOW_FILE} in the project folder: a value or /expression/ a line.
Exit code 1 when something is found. Pictures and other files that are no text are not looked into.`,
  options: {
    detect: {
      type: 'string',
      multiple: true,
      value: 'NAMES',
      help: 'Detectors, joined by commas (default: all)',
    },
    json: { type: 'boolean', help: 'Print the result as JSON' },
  },
  async run({ options, positionals }, io) {
    const project = await loadProject(io.cwd, options);
    const { root } = project.settings;
    const detectors = options.detect ? detectorNames(options.detect, '--detect') : DETECTOR_NAMES;
    const detection: DetectOptions = { detectors, isAllowed: readAllowList(root) };
    const outcome = scanFiles(foldersOf(positionals, project, io), root, detection);
    const shown = (file: string) =>
      escapeLine(maskedPath(path.relative(root, file).replaceAll('\\', '/'), detection));
    if (options.json) io.out(`${JSON.stringify(modelOf(outcome, shown), null, 2)}\n`);
    else io.out(`${printScan(outcome, shown, io).join('\n')}\n`);
    return outcome.findings.length > 0 ? 1 : 0;
  },
});

function foldersOf(given: readonly string[], { options, settings: { root } }: Project, io: Io): string[] {
  if (given.length > 0) {
    return given.map((name) => {
      const file = [io.cwd, root]
        .map((folder) => path.resolve(folder, name))
        .find((each) => existsSync(each));
      if (file === undefined) throw new UsageError(`There is no file or folder ${name}.`);
      return file;
    });
  }
  const sessions =
    options.sessions === undefined
      ? []
      : loadSessions(list(options.sessions), { cwd: root }).map(({ dir }) => dir);
  const own = fastGlob.sync(`**/${GOLDENS_FOLDER}`, {
    cwd: root,
    absolute: true,
    onlyDirectories: true,
    ignore: ['**/node_modules/**'],
  });
  if (sessions.length + own.length === 0)
    throw new UsageError(
      'There are no goldens to scan: name folders, e.g. vitest-poml scan goldens, or set "sessions" of poml() in the Vitest config.',
    );
  return [...sessions, ...own];
}

function printScan(
  { findings, files, skipped }: ScanOutcome,
  shown: (file: string) => string,
  { style }: Io,
): string[] {
  const place = ({ file, line, column }: ScanOutcome['findings'][number]) =>
    line === undefined ? `${shown(file)} (its name)` : `${shown(file)}:${line}:${column}`;
  const lines = findings.map(
    (finding) => `${place(finding)}  ${style.yellow(finding.detector)}  ${escapeLine(finding.masked)}`,
  );
  const within = new Set(findings.map(({ file }) => file)).size;
  lines.push(
    ...(findings.length > 0
      ? [
          '',
          style.red(`${plural(findings.length, 'finding')} in ${plural(within, 'file')} of ${files}`),
          `Redact them: npx vitest-poml capture <session> --to <dir> --redact ${[...new Set(findings.map(({ detector }) => detector))].join(',')} --force`,
          `Harmless values go into ${ALLOW_FILE}, one a line.`,
        ]
      : [style.green(`Nothing found in ${plural(files, 'file')}.`)]),
  );
  if (skipped.length > 0)
    lines.push(
      style.dim(
        `${plural(skipped.length, 'file')} not looked into (pictures and other files that are no text)`,
      ),
    );
  return lines;
}

/** The result as JSON: see docs/capture.md. */
function modelOf({ findings, files, skipped }: ScanOutcome, shown: (file: string) => string): unknown {
  return {
    version: 1,
    findings: findings.map(({ file, line, column, detector, masked }) => ({
      file: shown(file),
      ...(line === undefined ? { inName: true } : { line, column }),
      detector,
      masked,
    })),
    files,
    skipped: skipped.map(shown),
  };
}
