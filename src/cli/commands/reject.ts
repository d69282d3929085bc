import { defineCommand } from '../command.ts';
import { DECISION_OPTIONS, decide } from '../pending/decide.ts';

/** Forgets pending renders and keeps the goldens. */
export const reject = defineCommand({
  usage: '<golden, prompt or cause>... | --class <class> | --all',
  description: `Forgets renders that are pending; their goldens stay as they are. What is named is chosen as for \`accept\`.
The next run that finds the difference makes them pending again.`,
  options: DECISION_OPTIONS,
  run: (args, io) => decide('rejected', args, io),
});
