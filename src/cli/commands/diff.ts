import { CHANGE_CLASSES, type ChangeClass } from '../../golden/classes.ts';
import { traceTitle, type Verdict } from '../../golden/index.ts';
import { loadProject } from '../../project/load-project.ts';
import { printComparison } from '../../report/comparison.ts';
import { defineCommand, UsageError } from '../command.ts';
import { chooseComparison } from '../diff/choose.ts';
import { modelOf } from '../diff/model.ts';
import { runComparison } from '../diff/run.ts';

/** Compares two sessions, two versions of the prompts, or two engines. */
export const diff = defineCommand({
  usage: '<a> <b> | <revision>..[<revision>] | --renderer <a> --renderer <b>',
  description: `Compares what the model reads: in two recorded sessions, or rendering the project's sessions with the
prompts of two folders, of two git revisions (main..HEAD; main.. is the working tree), or with two engines.
Every difference has a class: ${CHANGE_CLASSES.join(', ')}.`,
  options: {
    sessions: {
      type: 'string',
      multiple: true,
      value: 'GLOB',
      help: 'Sessions to render (default: those of poml() in the config)',
    },
    renderer: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: "builtin, pomljs, or a command such as 'poml'; give it twice",
    },
    allow: {
      type: 'string',
      multiple: true,
      value: 'CLASS',
      help: 'Differences of this class are no failure',
    },
    accept: {
      type: 'string',
      multiple: true,
      value: 'CLASS',
      help: 'Write the second render as the golden where only this class differs',
    },
    raw: { type: 'boolean', help: 'Compare without the scrubbers of the config, to see what they hide' },
    json: { type: 'boolean', help: 'Print the result as JSON' },
  },
  async run({ options, positionals }, io) {
    const allowed = classesOf('allow', options.allow);
    const accept = classesOf('accept', options.accept);
    const project = await loadProject(io.cwd, options);
    const { settings } = project;
    if (options.raw) settings.compare = { ...settings.compare, scrub: [] };
    const wanted = { positionals, renderers: options.renderer ?? [], sessions: options.sessions };
    const comparison = chooseComparison(wanted, project, io.cwd);
    try {
      const { verdicts, onlyBefore, onlyAfter } = await runComparison(comparison, project, accept, io);
      const compared = {
        before: comparison.before,
        after: comparison.after,
        onlyBefore: onlyBefore.map(traceTitle),
        onlyAfter: onlyAfter.map(traceTitle),
      };
      const lines = options.json
        ? [JSON.stringify({ ...compared, ...modelOf(verdicts, settings.root) }, null, 2)]
        : printComparison({ ...compared, verdicts, allowed }, { style: io.style, root: settings.root });
      io.out(`${lines.join('\n')}\n`);
      const isAlike = onlyBefore.length + onlyAfter.length === 0;
      return isAlike && verdicts.every((verdict) => isFine(verdict, allowed)) ? 0 : 1;
    } finally {
      comparison.dispose();
    }
  },
});

function isFine(verdict: Verdict, allowed: readonly ChangeClass[]): boolean {
  if (verdict.status === 'changed')
    return verdict.accepted || verdict.classes.every((name) => allowed.includes(name));
  return verdict.status !== 'failed';
}

function classesOf(option: string, given: readonly string[] = []): ChangeClass[] {
  return given
    .flatMap((names) => names.split(','))
    .map((name) => {
      if ((CHANGE_CLASSES as readonly string[]).includes(name)) return name as ChangeClass;
      throw new UsageError(`--${option} takes ${CHANGE_CLASSES.join(', ')}, not ${name}.`);
    });
}
