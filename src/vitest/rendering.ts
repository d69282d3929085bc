import type { MaybePromise } from '../golden/maybe.ts';
import { resolveTraceText } from '../golden/source.ts';
import { isCall, isPomlModule, isRendered, isTrace, readPrompt } from '../golden/subject.ts';
import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import { evaluateOptions } from './matchers/like.ts';
import { tools } from './tools.ts';

/**
 * The prompt that a matcher was given, rendered.
 *
 * A trace renders as it did when it was recorded, a failing call included; a call in strict mode.
 *
 * @throws TypeError when it was given nothing of the kind, RenderError when the render fails
 */
export function renderReceived(
  received: unknown,
  own: Pick<RenderOptions, 'strict'> = {},
): MaybePromise<RenderedPrompt> {
  const { source, folders = [], render } = evaluateOptions();
  const { render: renderPrompt, ...rest } = tools();
  if (isRendered(received)) return received;
  if (isTrace(received)) {
    const text = resolveTraceText(received, source ?? 'auto', rest);
    return renderPrompt(text.markup, {
      strict: false,
      chat: received.chat,
      sourcePath: text.sourcePath,
      ...(received.recordedAt && { now: received.recordedAt }),
      ...render,
      ...own,
      context: received.context,
      stylesheet: received.stylesheet,
    });
  }
  if (!isCall(received) && !isPomlModule(received)) {
    throw new TypeError(
      'Expected a trace, a call { prompt, context }, an imported .poml file or a rendered prompt.',
    );
  }
  const call = isCall(received) ? received : { prompt: received };
  const text = readPrompt(call.prompt, folders, rest.files);
  const {
    context,
    stylesheet,
    chat,
  }: { context?: Record<string, unknown>; stylesheet?: Record<string, unknown>; chat?: boolean } = {
    ...call,
  };
  return renderPrompt(text.markup, {
    ...(text.path !== undefined && { sourcePath: text.path }),
    ...(chat !== undefined && { chat }),
    ...render,
    ...own,
    ...(context && { context }),
    ...(stylesheet && { stylesheet }),
  });
}
