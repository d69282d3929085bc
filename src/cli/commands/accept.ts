import { defineCommand } from '../command.ts';
import { DECISION_OPTIONS, decide } from '../pending/decide.ts';

/** Writes pending renders as their goldens. */
export const accept = defineCommand({
  usage: '<golden, prompt or cause>... | --class <class> | --all',
  description: `Writes renders that are pending as their goldens, the same bytes as an update run does. A golden is named by the
last part of its path (0007.triage), all of a prompt by its name or file, all of a cause by its file, or by its key as \`pending\` shows it.
A golden that has changed since the run is not replaced (exit code 1).`,
  options: DECISION_OPTIONS,
  run: (args, io) => decide('accepted', args, io),
});
