import { renderReceived } from '../../golden/index.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import { loadProject } from '../../project/load-project.ts';
import { defineCommand, UsageError } from '../command.ts';
import { receivedOf } from '../subject.ts';

/** Renders one recorded call or prompt file to standard output. */
export const render = defineCommand({
  usage: '<trace or prompt> [options]',
  description: 'Renders a recorded call, or a prompt file, and prints what the model would read.',
  options: {
    json: { type: 'boolean', help: 'Print the bytes of .result.json' },
  },
  async run({ options, positionals }, io) {
    const [subject] = positionals;
    if (subject === undefined || positionals.length > 1)
      throw new UsageError('Name one trace, e.g. pomlruns/2026…/0007.triage, or one prompt file.');
    const { settings, tools } = await loadProject(io.cwd, options);
    const received = receivedOf(subject, settings.root, io.cwd);
    const prompt = await renderReceived(received, evaluateOptions({ settings, testFile: undefined }), tools);
    io.out(`${options.json ? JSON.stringify(prompt, null, 2) : String(prompt)}\n`);
    return 0;
  },
});
