import { basename } from 'node:path';
import type { RenderedPrompt } from '../../poml/types.ts';
import { errorCode, printablePath } from '../error.ts';
import type { RecordedResult } from '../types.ts';
import { filesOf } from './files.ts';
import type { RecordedCall } from './flow.ts';
import type { SessionFolder } from './folder.ts';
import type { CallInput } from './input.ts';
import type { FinishedOperation, SpanPlace } from './sink.ts';
import { type Recording, remember } from './state.ts';

/**
 * Writes the files of a call. That it cannot is no reason for the application to fail: the process warns, once for a
 * session.
 */
export function recordFiles(
  folder: SessionFolder,
  input: CallInput,
  prompt: RenderedPrompt | undefined,
): RecordedCall | undefined {
  try {
    return { folder, prefix: folder.add(filesOf(input, prompt)) };
  } catch (error) {
    complain(folder, 'A call of poml could not be recorded', error);
    return undefined;
  }
}

const complained = new WeakSet<SessionFolder>();

/** Warns that a session cannot be written to, once. */
export function complain(folder: SessionFolder, what: string, error: unknown): void {
  if (complained.has(folder)) return;
  complained.add(folder);
  const code = errorCode(error);
  const why =
    code === undefined
      ? error instanceof Error
        ? error.message
        : String(error)
      : `${printablePath(folder.dir)} cannot be written to (${code})`;
  process.emitWarning(
    `${what}: ${why}. The application goes on without, and further calls are tried in silence. ` +
      'Mend it, or stop recording: setTrace(false), and no POML_TRACE.',
    { code: 'VITEST_POML_TRACE' },
  );
}

/** A call that has ended. */
export interface EndedCall {
  /** As it was given. */
  markup: string | URL;
  /** As it was read; `undefined` when it could not be. */
  input: CallInput | undefined;
  /** Text with the format `raw`. */
  result: RecordedResult | string | undefined;
  failure: { error: unknown } | undefined;
  recorded: RecordedCall | undefined;
  span: SpanPlace & { start: number; end: number };
}

/** Tells `getTrace` and the backends of a call. */
export function tell({ logged, sinks }: Recording, ended: EndedCall): void {
  const { input, result, failure, recorded } = ended;
  if (logged) {
    const record = {
      markup: input?.markup ?? String(ended.markup),
      markupPath: input?.path,
      context: input?.context?.json,
      contextPath: input?.context?.path,
      stylesheet: input?.stylesheet?.json,
      stylesheetPath: input?.stylesheet?.path,
      result,
      error: failure?.error,
      prefix: recorded?.prefix,
    };
    remember(record);
  }
  if (sinks.length === 0) return;
  const operation = operationOf(ended);
  for (const sink of sinks) sink.add(operation);
}

function operationOf({ markup, input, result, failure, recorded, span }: EndedCall): FinishedOperation {
  const path = input?.path ?? input?.sourcePath ?? String(markup);
  const context = input?.context?.value;
  const stylesheet = input?.stylesheet?.value;
  return {
    ...span,
    kind: 'poml',
    name: 'poml',
    args: [path, context ?? null, stylesheet ?? null],
    output: result,
    failed: failure !== undefined,
    error: failure?.error,
    tags: [],
    endState: undefined,
    call: {
      markup: input?.markup ?? String(markup),
      path,
      context,
      stylesheet,
      trace: recorded && basename(recorded.prefix),
    },
  };
}
