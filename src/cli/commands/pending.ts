import { defineCommand, UsageError } from '../command.ts';
import { openDesk, resultJson } from '../pending/desk.ts';
import { pendingLines } from '../pending/lines.ts';

/** Lists the renders that wait for a decision. */
export const pending = defineCommand({
  usage: '[options]',
  description: `Lists the renders that a local run has held against their goldens and found different, by cause, with the
commands that accept and reject them. Exit code 1 when there are any.`,
  options: { json: { type: 'boolean', help: 'Print the list as JSON' } },
  async run({ options, positionals }, io) {
    if (positionals.length > 0) throw new UsageError('pending takes no names; accept and reject do.');
    const desk = await openDesk(io.cwd, options);
    io.out(
      options.json
        ? resultJson(desk, {})
        : `${pendingLines(desk.pendings, desk.root, io.style).join('\n')}\n`,
    );
    return desk.pendings.length > 0 ? 1 : 0;
  },
});
