import {
  type EvaluateOptions,
  evaluate,
  isTrace,
  type PromptCall,
  renderReceived,
} from '../../golden/index.ts';
import { hideKeysIn } from '../../golden/redaction/hide-keys.ts';
import type { Verdict } from '../../golden/verdict.ts';
import { evaluateOptions } from '../../matchers/index.ts';
import { loadProject } from '../../project/load-project.ts';
import { failureMessage, type Style } from '../../report/index.ts';
import { reviveBuffers } from '../../trace/index.ts';
import type { Trace } from '../../trace/types.ts';
import type { TraceVariant } from '../../trace/variant.ts';
import { defineCommand, UsageError } from '../command.ts';
import { receivedOf } from '../subject.ts';
import { applySettings, existingFile, parseSetting, readValues, type Setting } from '../what-if.ts';

/** Renders one recorded call or prompt file to standard output. */
export const render = defineCommand({
  usage: '<trace or prompt> [options]',
  description: `Renders a recorded call, or a prompt file, and prints what the model would read. With something changed in a
recorded call it prints what differs from the recording, and the exit code is 1 where something does.

  vitest-poml render pomlruns/2026…/0007.triage --set user.tier=gold --set 'items=[]'
  vitest-poml render prompts/triage.poml --context context.json`,
  options: {
    set: {
      type: 'string',
      multiple: true,
      value: 'PLACE=VALUE',
      help: 'Change a value of the context, e.g. user.tier=gold or items[0]={"n":1}; JSON, else text',
    },
    context: { type: 'string', value: 'FILE', help: 'JSON file with the whole context' },
    stylesheet: { type: 'string', value: 'FILE', help: 'JSON file with the whole stylesheet of the call' },
    prompt: { type: 'string', value: 'FILE', help: 'Another prompt file for a recorded call' },
    diff: {
      type: 'boolean',
      help: 'Print what differs from the recording (default when something is changed)',
    },
    text: { type: 'boolean', help: 'Print the prompt also when something is changed' },
    json: { type: 'boolean', help: 'Print the bytes of .result.json; with --diff the differences as JSON' },
  },
  async run({ options, positionals }, io) {
    const [subject] = positionals;
    if (subject === undefined || positionals.length > 1)
      throw new UsageError('Name one trace, e.g. pomlruns/2026…/0007.triage, or one prompt file.');
    const changes = changesOf(options, io.cwd);
    const { settings, tools } = await loadProject(io.cwd, options);
    const received = receivedOf(subject, settings.root, io.cwd);
    const evaluation = evaluateOptions({ settings, testFile: undefined });
    const folders = [io.cwd, settings.root];
    const prompt = options.prompt === undefined ? undefined : existingFile('prompt', options.prompt, folders);
    const changed = isTrace(received)
      ? changedTrace(received, changes, prompt)
      : changedCall(received, changes, prompt);
    const isChanged = changed !== received;
    if (isTrace(received)) {
      const wanted =
        options.diff ?? (isChanged && !options.json && !options.text && received.has('.result.json'));
      if (wanted) {
        const verdict = await compared(changed as Trace | TraceVariant, received, evaluation, tools);
        const shown = { style: io.style, root: settings.root };
        io.out(
          `${options.json ? JSON.stringify(hideKeysIn(diffModel(verdict)), null, 2) : printed(verdict, shown)}\n`,
        );
        return verdict.status === 'same' ? 0 : 1;
      }
    } else if (options.diff) {
      throw new UsageError('--diff compares with a recording, and a prompt file has none: name a trace.');
    }
    const result = await renderReceived(changed, evaluation, tools);
    io.out(`${options.json ? JSON.stringify(result, null, 2) : String(result)}\n`);
    return 0;
  },
});

/** What the command line changes; a part that is left out stays. */
interface Changes {
  settings: Setting[];
  context: Record<string, unknown> | undefined;
  stylesheet: Record<string, unknown> | undefined;
}

function changesOf(options: { set?: string[]; context?: string; stylesheet?: string }, cwd: string): Changes {
  const values = (name: 'context' | 'stylesheet') => {
    const file = options[name];
    return file === undefined
      ? undefined
      : (reviveBuffers(readValues(name, file, cwd)) as Record<string, unknown>);
  };
  return {
    settings: (options.set ?? []).map(parseSetting),
    context: values('context'),
    stylesheet: values('stylesheet'),
  };
}

function changedTrace(
  trace: Trace,
  { settings, context, stylesheet }: Changes,
  prompt: string | undefined,
): Trace | TraceVariant {
  if (settings.length === 0 && !context && !stylesheet && prompt === undefined) return trace;
  return trace.with({
    context: (recorded) => applySettings(context ?? recorded, settings),
    ...(stylesheet && { stylesheet: () => stylesheet }),
    ...(prompt !== undefined && { prompt }),
  });
}

function changedCall<T extends object>(
  call: T,
  { settings, context, stylesheet }: Changes,
  prompt: string | undefined,
): T {
  if (prompt !== undefined)
    throw new UsageError('--prompt takes the place of the prompt of a recorded call: name a trace.');
  if (settings.length === 0 && !context && !stylesheet) return call;
  const changed: Partial<PromptCall> = {
    context: applySettings(context ?? {}, settings),
    ...(stylesheet && { stylesheet }),
  };
  return { ...call, ...changed };
}

async function compared(
  changed: Trace | TraceVariant,
  trace: Trace,
  options: EvaluateOptions,
  tools: Parameters<typeof evaluate>[3],
): Promise<Verdict> {
  const verdict = await evaluate(changed, trace, { ...options, update: 'none' }, tools);
  if (verdict.cause) throw verdict.cause;
  return verdict;
}

function printed(verdict: Verdict, shown: { style: Style; root: string }): string {
  if (verdict.status === 'same') return `${verdict.title}: It renders as it was recorded.`;
  const { message, details } = failureMessage(verdict, shown);
  return [message, details].filter((part) => part !== '').join('\n\n');
}

function diffModel({ status, reason, trace, differences, errors, classes }: Verdict): unknown {
  return {
    version: 1,
    ...(trace !== undefined && { trace }),
    status,
    ...(reason !== '' && { reason }),
    classes,
    differences,
    errors: errors.map((error) => ({ message: error.reason ?? error.message, location: error.location })),
  };
}
