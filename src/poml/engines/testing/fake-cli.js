// The command line of the stand-in: options as POML's own command has them.
import { parseArgs } from 'node:util';
import { commandLine } from './fake-pomljs/index.js';

const { values } = parseArgs({
  options: {
    file: { type: 'string', short: 'f' },
    'context-file': { type: 'string' },
    'stylesheet-file': { type: 'string' },
    chat: { type: 'string' },
    strict: { type: 'string' },
    traceDir: { type: 'string' },
    output: { type: 'string', short: 'o' },
  },
});
await commandLine({
  ...values,
  contextFile: values['context-file'],
  stylesheetFile: values['stylesheet-file'],
  speakerMode: values.chat === 'true',
  strict: values.strict === 'true',
});
