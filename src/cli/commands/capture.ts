import path from 'node:path';
import { type CaptureOutcome, capture as captureGoldens } from '../../golden/capturing/capture.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import { loadProject } from '../../project/load-project.ts';
import type { PomlSettings } from '../../project/settings.ts';
import { makeScratchFolder, recoverProject } from '../../project/state-folder.ts';
import { packageVersion } from '../../project/version.ts';
import type { Captured } from '../../trace/types.ts';
import { captureModel, printCapture } from '../capture/print.ts';
import { chooseCalls, SELECTIONS, type SelectionName } from '../capture/select.ts';
import { captureSources } from '../capture/sources.ts';
import { defineCommand, UsageError } from '../command.ts';
import { progress } from '../progress.ts';
import { detectorHelp, redactRules } from '../redact-rules.ts';

/** Makes goldens of recorded calls. */
export const capture = defineCommand({
  usage: '<session or trace>... --to <dir> [options]',
  description: `Copies recorded calls to a folder of goldens, with everything their prompts read, so that they render on any
machine. The same golden is never written twice, and another one that is there stays, unless --force is given.

--redact takes JSON paths into the context (also the stylesheet and JSON artifacts), such as $.user.email, $..phone or
$.items[*].owner, and detectors, joined by commas, or all:
${detectorHelp()}
A value is replaced wherever it stands, the same by the same placeholder, and the call is rendered again.
Pictures, sounds, and documents other than text are not redacted.`,
  options: {
    to: { type: 'string', value: 'DIR', help: 'Folder of the goldens; each session gets a folder in it' },
    select: {
      type: 'string',
      value: 'HOW',
      help: 'coverage: the fewest calls that exercise all that the session does; distinct: one of each shape',
    },
    limit: { type: 'string', value: 'N', help: 'At most so many calls' },
    redact: {
      type: 'string',
      multiple: true,
      value: 'WHAT',
      help: 'A JSON path, or detectors; may be repeated',
    },
    force: {
      type: 'boolean',
      help: 'Replace other goldens, and capture calls that do not render as they were recorded',
    },
    'dry-run': { type: 'boolean', help: 'Write nothing, say what would be' },
    json: { type: 'boolean', help: 'Print the result as JSON' },
  },
  async run({ options, positionals }, io) {
    if (positionals.length === 0)
      throw new UsageError(
        'Name sessions or traces, e.g. vitest-poml capture pomlruns/20261121051927955577 --to goldens',
      );
    if (options.to === undefined) throw new UsageError('Say where the goldens go: --to goldens');
    const select = selectionOf(options.select);
    const limit = limitOf(options.limit);
    const { settings, tools } = await loadProject(io.cwd, options);
    const to = path.resolve(io.cwd, options.to);
    // A folder of goldens elsewhere is looked after by those who write there.
    recoverProject({ root: settings.root, homes: [to] });
    const redact = options.redact && redactRules(options.redact, settings.root);
    const evaluate = evaluateOptions({ settings, testFile: undefined });
    const named = captureSources(positionals, settings.root, io.cwd);
    const { sources, leftOut } = await chooseCalls(named, { select, limit, evaluate, tools, io });
    const bar = progress(
      io,
      sources.reduce((sum, { traces }) => sum + traces.length, 0),
      'calls',
    );
    let outcome: CaptureOutcome;
    try {
      outcome = await captureGoldens(
        {
          sources,
          to,
          drafts: makeScratchFolder(settings.root),
          root: settings.root,
          evaluate,
          renderer: await rendererOf(settings),
          redact,
          force: options.force ?? false,
          dryRun: options['dry-run'] ?? false,
        },
        tools,
        bar.step,
      );
    } finally {
      bar.end();
    }
    const shown = {
      ...outcome,
      leftOut,
      dryRun: options['dry-run'] ?? false,
      redacting: redact !== undefined,
    };
    const lines = options.json
      ? [JSON.stringify(captureModel(shown, settings.root), null, 2)]
      : printCapture(shown, { style: io.style, root: settings.root });
    io.out(`${lines.join('\n')}\n`);
    const isFine = outcome.results.every(
      ({ action, left }) => !['different', 'refused'].includes(action) && left.length === 0,
    );
    return isFine ? 0 : 1;
  },
});

function selectionOf(given: string | undefined): SelectionName | undefined {
  if (given === undefined || (SELECTIONS as readonly string[]).includes(given))
    return given as SelectionName | undefined;
  throw new UsageError(`--select takes ${SELECTIONS.join(' or ')}, not ${given}.`);
}

function limitOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const limit = Number(given);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError(`--limit takes a number of calls from 1 on, not ${given}.`);
}

/** What renders, for the record. */
async function rendererOf({ renderer, root }: PomlSettings): Promise<Captured['renderer']> {
  if (renderer === 'builtin') return { name: 'vitest-poml', version: packageVersion() };
  const { createRenderer } = await import('../../poml/engines/index.ts');
  const { name, version } = createRenderer(renderer, { root });
  return { name, ...(version !== undefined && { version }) };
}
