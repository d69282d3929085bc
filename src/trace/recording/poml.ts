import type { RecordedResult } from '../types.ts';
import { linkResult } from './artifact.ts';
import { type Cell, enterCall, leaveCall, openSpan, type RecordedCall } from './flow.ts';
import { type CallInput, type JsonInput, readInput } from './input.ts';
import { inFormat, type PomlFormat, type PomlOutputs, requireFormat } from './output.ts';
import { recordFiles, tell } from './record-call.ts';
import { type CallRenderOptions, renderCall } from './render-call.ts';
import { newSpan, now } from './span.ts';
import { type Recording, recording } from './state.ts';

/** Options of a call of `poml`. */
export interface PomlOptions<Format extends PomlFormat = PomlFormat, Chat extends boolean = boolean>
  extends CallRenderOptions {
  /** The variables of the prompt: an object, or the path of a JSON file. */
  context?: JsonInput | null;
  /** The stylesheet: an object, or the path of a JSON file. */
  stylesheet?: JsonInput | null;
  /** Split the result into messages by speaker (default `true`). */
  chat?: Chat;
  /** What the result is returned as (default `message_dict`: the messages). */
  format?: Format;
}

/**
 * Renders a prompt, and records the call where `setTrace` or POML_TRACE say so: what POML's Python SDK does under the same
 * name. A call that fails is recorded too, then rejects.
 *
 * @param markup The path of a prompt file, or markup.
 * @throws {RenderError} Where the prompt fails; TraceError for a file that is not there, TypeError for a context that JSON
 * cannot hold. A recording that fails does not fail the call: the process warns once.
 * @example
 * setTrace('local', { traceDir: 'pomlruns' });
 * const params = await poml('prompts/triage.poml', { context: { ticket }, format: 'openai_chat' });
 * const reply = await client.chat.completions.create({ model: 'gpt-5', ...params });
 */
export function poml<Format extends PomlFormat = 'message_dict', Chat extends boolean = true>(
  markup: string | URL,
  options: PomlOptions<Format, Chat> = {},
): Promise<PomlOutputs<Chat>[Format]> {
  const active = recording();
  // Not in an asynchronous function: the strand of work to enter is the caller's.
  const cell = active && enterCall(active.root);
  return call(markup, options, active, cell) as Promise<PomlOutputs<Chat>[Format]>;
}

async function call(
  markup: string | URL,
  options: PomlOptions,
  active: Recording | undefined,
  cell: Cell | undefined,
): Promise<PomlOutputs[PomlFormat]> {
  const span = active && { ...newSpan(openSpan()), start: now() };
  let input: CallInput | undefined;
  let result: RecordedResult | string | undefined;
  let recorded: RecordedCall | undefined;
  let failure: { error: unknown } | undefined;
  try {
    const { format = 'message_dict', chat = true } = options;
    requireFormat(format);
    input = readInput(markup, options.context, options.stylesheet);
    const outcome = await renderCall(input, options);
    recorded = active?.folder && recordFiles(active.folder, input, outcome.prompt);
    if (!outcome.prompt || outcome.failure) throw outcome.failure?.error;
    const value = outcome.prompt.toJSON() as unknown as RecordedResult;
    const returned = inFormat(value, format, chat);
    if (recorded) linkResult(returned, recorded);
    result = format === 'raw' ? (returned as string) : value;
    return returned;
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    if (cell) leaveCall(cell, recorded);
    if (active && span)
      tell(active, { markup, input, result, failure, recorded, span: { ...span, end: now() } });
  }
}
