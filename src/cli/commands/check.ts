import {
  CONDITION_NAMES,
  type ConditionName,
  checkDeterminism,
  type DeterminismResult,
} from '../../golden/determinism.ts';
import { hideKeysIn } from '../../golden/redaction/hide-keys.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import { loadProject } from '../../project/load-project.ts';
import { printDeterminism } from '../../report/determinism.ts';
import { defineCommand, UsageError } from '../command.ts';
import { progress } from '../progress.ts';
import { sessionsOf } from '../sessions.ts';

/** Proves that goldens depend on nothing but their inputs, or names what they depend on. */
export const check = defineCommand({
  usage: '[session...] [options]',
  description: `Renders each golden again under another clock, seed of Math.random, locale and time zone, with the keys of
its context in reverse order, with no environment variables, and once more as it was. What makes the result differ
is named by file, line and expression. Conditions: ${CONDITION_NAMES.join(', ')}.`,
  options: {
    skip: {
      type: 'string',
      multiple: true,
      value: 'CONDITION',
      help: 'Leave out a condition; several with commas',
    },
    json: { type: 'boolean', help: 'Print the result as JSON' },
  },
  async run({ options, positionals }, io) {
    const skipped = conditionsOf(options.skip);
    const project = await loadProject(io.cwd, options);
    const { settings, tools } = project;
    const sessions = sessionsOf(positionals, project, io.cwd, 'name them: vitest-poml check pomlruns');
    const traces = sessions.flatMap((session) => session.traces);
    const conditions = CONDITION_NAMES.filter((name) => !skipped.includes(name));
    const evaluation = evaluateOptions({ settings, testFile: undefined });
    const bar = progress(io, traces.length, 'calls');
    const results: DeterminismResult[] = [];
    for (const trace of traces) {
      results.push(await checkDeterminism(trace, evaluation, tools, conditions));
      bar.step();
    }
    bar.end();
    const lines = options.json
      ? [JSON.stringify(hideKeysIn({ version: 1, conditions, results }), null, 2)]
      : printDeterminism(results, { style: io.style, root: settings.root });
    io.out(`${lines.join('\n')}\n`);
    return results.every(({ leaks, failure }) => leaks.length === 0 && failure === undefined) ? 0 : 1;
  },
});

function conditionsOf(given: readonly string[] = []): ConditionName[] {
  return given
    .flatMap((names) => names.split(','))
    .map((name) => {
      if ((CONDITION_NAMES as readonly string[]).includes(name)) return name as ConditionName;
      throw new UsageError(`--skip takes ${CONDITION_NAMES.join(', ')}, not ${name}.`);
    });
}
