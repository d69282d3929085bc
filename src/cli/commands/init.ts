import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createPatch } from 'diff';
import { diskFiles } from '../../golden/disk.ts';
import { promptName } from '../../golden/subject.ts';
import { escapeLine, type Style } from '../../report/index.ts';
import { plural } from '../../report/rows.ts';
import { defineCommand, UsageError } from '../command.ts';
import { type PlannedFile, planFiles } from '../init/files.ts';
import { type Survey, survey } from '../init/survey.ts';

/** Sets a project up. */
export const init = defineCommand({
  usage: '[options]',
  description: `Looks for recorded sessions and prompts in a project, and shows what it would write: the plugin in the Vitest
config, an example test, a workflow for GitHub, and git attributes that keep recorded bytes. Writes after a yes.
What is there already stays as it is, so it can be run again.`,
  options: {
    yes: { type: 'boolean', short: 'y', help: 'Write without asking' },
  },
  async run({ options, positionals }, io) {
    if (positionals.length > 0)
      throw new UsageError('init takes no arguments: name the project folder with --root.');
    const root = path.resolve(io.cwd, options.root ?? '.');
    const found = survey(root, options.config);
    const { files, notes } = planFiles(found);
    io.out(`${foundLines(found).join('\n')}\n`);
    for (const file of files) io.out(`\n${fileLines(file, io.style).join('\n')}\n`);
    if (notes.length > 0) io.out(`\n${notes.map(escapeLine).join('\n')}\n`);
    if (files.length === 0) {
      io.out('\nNothing to write.\n');
      return 0;
    }
    if (!options.yes && !io.interactive) {
      io.out(
        `\nNothing was written. Write ${files.length === 1 ? 'this file' : 'these files'} with: npx vitest-poml init --yes\n`,
      );
      return 0;
    }
    if (!options.yes && !(await confirmed(`\nWrite ${plural(files.length, 'file')}? [Y/n] `))) {
      io.out('Nothing was written.\n');
      return 0;
    }
    for (const { file, after } of files) diskFiles.write(path.join(root, file), after);
    io.out(`\nWrote ${files.map(({ file }) => file).join(', ')}.\nNext: npx vitest run\n`);
    return 0;
  },
});

function foundLines({ sessions, prompts, config, sourceRoots }: Survey): string[] {
  const traces = sessions.reduce((sum, session) => sum + session.traces.length, 0);
  const names = [...new Set(prompts.map(promptName))];
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  return [
    `Sessions: ${sessions.length === 0 ? 'none' : `${sessions.length}, with ${plural(traces, 'recorded call')}`}`,
    `Prompts:  ${prompts.length === 0 ? 'none' : `${prompts.length} (${shown})`}`,
    `Config:   ${config ?? 'none'}`,
    ...Object.entries(sourceRoots).map(
      ([from, to]) => `Recorded in ${from}, which is ${to === '.' ? 'this folder' : to} here`,
    ),
  ].map(escapeLine);
}

function fileLines({ file, before, after }: PlannedFile, style: Style): string[] {
  const patch = createPatch(file, before ?? '', after, '', '', { context: 2 });
  // The first four lines name the file twice.
  const lines = patch
    .split('\n')
    .slice(4)
    .filter((line) => line !== '' && !line.startsWith('\\ '));
  const painted = lines.map((line) => {
    const text = escapeLine(line);
    if (line.startsWith('+')) return style.green(text);
    return line.startsWith('-') ? style.red(text) : style.dim(text);
  });
  return [
    style.bold(`${file}${before === undefined ? ' (new)' : ''}`),
    ...painted.filter((_, i) => before !== undefined || !lines[i]!.startsWith('@@')),
  ];
}

async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(?:y(?:es)?)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
