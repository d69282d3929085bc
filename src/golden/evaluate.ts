import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import { TraceError } from '../trace/error.ts';
import type { Trace } from '../trace/types.ts';
import { contextJson } from './capture.ts';
import type { RenderedBytes } from './compare.ts';
import { compare } from './compare.ts';
import type { Expected, Golden } from './golden.ts';
import { goldenAt, goldenOfTrace, goldenValue, isChat, renderedJson, resolveGolden } from './golden.ts';
import type { MaybePromise } from './maybe.ts';
import { attempt, chain } from './maybe.ts';
import { asError, isRenderError, tryRender } from './render.ts';
import type { SourceMode } from './source.ts';
import { resolveTraceText } from './source.ts';
import type { PomlModule, PromptCall, Received } from './subject.ts';
import {
  describeReceived,
  isCall,
  isPomlModule,
  isRendered,
  isTrace,
  readPrompt,
  tracePromptName,
  traceTitle,
} from './subject.ts';
import type { GoldenTools } from './tools.ts';
import type { GoldenFile, UpdateMode } from './update.ts';
import { mayWrite, writeGolden } from './update.ts';
import type { Difference, Verdict, VerdictStatus } from './verdict.ts';
import { describeDifferences } from './words.ts';

/** How a render is held against its golden. */
export interface EvaluateOptions {
  /** Shown name (default: session and trace; for a call the name of its prompt). */
  title?: string;
  /** Which text of a trace's prompt to render (default `auto`). */
  source?: SourceMode;
  /** What may be written (default `none`). */
  update?: UpdateMode;
  /** Absolute folders that relative paths of prompts and goldens are looked up in (default: the working directory). */
  folders?: readonly string[];
  /** Where the golden of a call lies when the matcher was given none: a path without suffix, see `goldenPrefix`. */
  own?: string;
  /**
   * Options of the render that win over what the trace tells: clock, locale, roots, … `strict` is `false` for
   * whatever is held against a trace, since a failing call leaves a normal-looking trace, and else `true`.
   */
  render?: Omit<RenderOptions, 'context' | 'stylesheet'>;
}

/** What is rendered, with everything known about it. */
interface Subject {
  title: string;
  prompt: string;
  trace?: Trace;
  source?: Verdict['source'];
  /** The text to render; `undefined` for a prompt rendered already. */
  markup?: string;
  options: RenderOptions;
  rendered?: RenderedPrompt;
  /** The files beside the result that belong to a call's own golden. */
  inputs?: { context?: Record<string, unknown>; stylesheet?: Record<string, unknown> };
}

/**
 * Renders a prompt and holds it against its golden: the heart of `toRenderLike`.
 *
 * Nothing about the prompt or the golden makes it throw: a broken file, a prompt that fails, a source that is gone are
 * verdicts of status `failed`. What is accepted by `update` is written before it returns.
 *
 * @param received A trace, a call, an imported prompt, or a rendered one.
 * @param expected The golden; left out, the trace's own recording, or for a call the one at `options.own`.
 * @returns A verdict at once, or a promise where something must be read asynchronously.
 * @throws TypeError when `received` or `expected` is nothing of the kind.
 */
export function evaluate(
  received: Received,
  expected: Expected | undefined,
  options: EvaluateOptions,
  tools: GoldenTools,
): MaybePromise<Verdict> {
  checkArguments(received, expected, options);
  const draft = draftOf(received, options);
  return attempt(
    () => {
      const folders = options.folders ?? [process.cwd()];
      const trace = isTrace(received) ? received : undefined;
      const golden = findGolden(trace, expected, options, folders, tools);
      draft.golden = golden.prefix;
      draft.goldenFiles = filesOf(golden);
      draft.expectedJson = golden.json;
      draft.expectedText = golden.text;
      const subject = subjectOf(received, golden, options, folders, tools);
      draft.prompt = subject.prompt;
      draft.source = subject.source;
      if (options.title === undefined && !trace) draft.title = subject.title;
      return judge(subject, golden, draft, options.update ?? 'none', tools);
    },
    (thrown) => {
      const cause = asError(thrown);
      return Object.assign(draft, {
        status: 'failed',
        cause,
        reason: cause.message,
      } satisfies Partial<Verdict>);
    },
  );
}

function checkArguments(received: unknown, expected: unknown, options: EvaluateOptions): void {
  if (!isTrace(received) && !isCall(received) && !isRendered(received) && !isPomlModule(received)) {
    throw new TypeError(
      `Expected a trace, a call { prompt, context }, an imported .poml file or a rendered prompt, but got ${describeReceived(received)}.`,
    );
  }
  if (expected !== undefined && typeof expected !== 'string' && !isTrace(expected) && !isRendered(expected)) {
    throw new TypeError(
      `The golden must be a trace, a path to one, or a rendered prompt, but is ${describeReceived(expected)}.`,
    );
  }
  if (expected === undefined && !isTrace(received) && options.own === undefined) {
    throw new TypeError('A call needs a golden: give a trace, a path to one, or a rendered prompt.');
  }
}

/** A verdict before anything is known, filled in on the way so that a failure tells as much as was found out. */
function draftOf(received: Received, options: EvaluateOptions): Verdict {
  const trace = isTrace(received) ? received : undefined;
  return {
    status: 'failed',
    title: options.title ?? (trace ? traceTitle(trace) : 'the prompt'),
    prompt: trace ? tracePromptName(trace) : 'the prompt',
    session: trace?.sessionDir,
    trace: trace?.id,
    source: undefined,
    actual: undefined,
    expectedJson: undefined,
    expectedText: undefined,
    actualJson: undefined,
    actualText: undefined,
    differences: [],
    errors: [],
    cause: undefined,
    reason: '',
    golden: trace?.prefix,
    goldenFiles: [],
    accepted: false,
    written: [],
  };
}

function findGolden(
  trace: Trace | undefined,
  expected: Expected | undefined,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Golden {
  if (expected !== undefined) return resolveGolden(expected, folders, tools.files, trace);
  return trace ? goldenOfTrace(trace) : goldenAt(options.own ?? '', tools.files, true);
}

function filesOf({ prefix, json, text }: Golden): string[] {
  if (prefix === undefined) return [];
  const result = `${prefix}.result.json`;
  return json !== undefined && text === undefined ? [result] : [result, `${prefix}.result.txt`];
}

function subjectOf(
  received: Received,
  golden: Golden,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Subject {
  if (isTrace(received)) return traceSubject(received, golden, options, tools);
  if (isRendered(received)) {
    return { title: 'a rendered prompt', prompt: 'a rendered prompt', options: {}, rendered: received };
  }
  return callSubject(isCall(received) ? received : { prompt: received }, golden, options, folders, tools);
}

function traceSubject(trace: Trace, golden: Golden, options: EvaluateOptions, tools: GoldenTools): Subject {
  const text = resolveTraceText(trace, options.source ?? 'auto', tools);
  const recordedAt = trace.recordedAt ?? golden.recordedAt;
  return {
    title: traceTitle(trace),
    prompt: text.name,
    trace,
    source: text.source,
    markup: text.markup,
    options: {
      strict: false,
      chat: trace.chat,
      sourcePath: text.sourcePath,
      ...(recordedAt && { now: recordedAt }),
      ...options.render,
      context: trace.context,
      stylesheet: trace.stylesheet,
    },
  };
}

function callSubject(
  call: PromptCall | { prompt: PomlModule },
  golden: Golden,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Subject {
  const { context, stylesheet, chat }: Omit<PromptCall, 'prompt'> =
    'context' in call || 'chat' in call || 'stylesheet' in call ? call : {};
  const text = readPrompt(call.prompt, folders, tools.files);
  return {
    title: text.name,
    prompt: text.name,
    source: { kind: 'live', path: text.path },
    markup: text.markup,
    inputs: { ...(context && { context }), ...(stylesheet && { stylesheet }) },
    options: {
      strict: golden.kind !== 'trace',
      chat: chat ?? chatOf(golden),
      ...(text.path !== undefined && { sourcePath: text.path }),
      ...(golden.recordedAt && { now: golden.recordedAt }),
      ...options.render,
      ...(context && { context }),
      ...(stylesheet && { stylesheet }),
    },
  };
}

/** Whether the golden of a call holds messages by speaker; so it is unless the golden shows otherwise. */
function chatOf(golden: Golden): boolean {
  if (golden.json === undefined) return true;
  const { messages } = goldenValue(golden);
  return isChat(messages) || (Array.isArray(messages) && messages.length === 0);
}

function judge(
  subject: Subject,
  golden: Golden,
  draft: Verdict,
  update: UpdateMode,
  tools: GoldenTools,
): MaybePromise<Verdict> {
  const outcome = subject.rendered
    ? { prompt: subject.rendered }
    : tryRender(tools.render, subject.markup ?? '', subject.options);
  return chain(outcome, (ended) => {
    if (!ended.prompt) return judgeFailure(ended.thrown, golden, draft);
    const { prompt } = ended;
    const actual: RenderedBytes = { prompt, json: renderedJson(prompt), text: String(prompt) };
    draft.actual = prompt;
    draft.actualJson = actual.json;
    draft.actualText = actual.text;
    draft.errors = prompt.errors ?? [];
    if (golden.json === undefined) return judgeWithoutGolden(subject, golden, draft, update, tools);
    return attempt(
      () =>
        chain(compare(actual, golden, tools.comparePictures), (differences) =>
          judgeDifferences(differences, subject, golden, draft, update, tools),
        ),
      (thrown) => replaceBroken(thrown, subject, golden, draft, update, tools),
    );
  });
}

function judgeFailure(thrown: unknown, golden: Golden, draft: Verdict): Verdict {
  if (!isRenderError(thrown)) throw thrown;
  draft.errors = [thrown];
  if (golden.failureExpected) {
    return finish(draft, 'same', `The call fails, as it did when it was recorded: ${thrown.reason}`);
  }
  return finish(draft, 'failed', `The render failed: ${thrown.reason}`);
}

function judgeWithoutGolden(
  subject: Subject,
  golden: Golden,
  draft: Verdict,
  update: UpdateMode,
  tools: GoldenTools,
): Verdict {
  // What replaces a recorded failure changes a golden that is there; it is not a new one.
  const write = golden.prefix !== undefined && mayWrite(update, golden.failureExpected);
  if (write) accept(subject, golden, draft, tools);
  if (golden.failureExpected) {
    return finish(
      draft,
      'failed',
      'The recorded call failed without a result, and the prompt renders now' +
        (write ? '; its result was written.' : '.'),
    );
  }
  if (write) return finish(draft, 'new', 'The golden was written.');
  return finish(draft, 'missing', 'There is no golden yet, and none may be written in this run.');
}

function judgeDifferences(
  differences: Difference[],
  subject: Subject,
  golden: Golden,
  draft: Verdict,
  update: UpdateMode,
  tools: GoldenTools,
): Verdict {
  if (differences.length === 0) return finish(draft, 'same', '');
  draft.differences = differences;
  const what = describeDifferences(differences);
  // The context of a call is what goes in; only that of a trace was recorded after the template had changed it.
  if (subject.trace && draft.actual?.mutatedContext) {
    return finish(
      draft,
      'unreproducible',
      'The template changes its own context, and POML records the context after that, so what went in is not known; skipped.',
    );
  }
  if (golden.prefix !== undefined && mayWrite(update, true)) accept(subject, golden, draft, tools);
  return finish(draft, 'changed', `${what[0]?.toUpperCase()}${what.slice(1)}.`);
}

/** A golden that cannot be read, of a merge conflict or a cut copy, is replaced when all may be written. */
function replaceBroken(
  thrown: unknown,
  subject: Subject,
  golden: Golden,
  draft: Verdict,
  update: UpdateMode,
  tools: GoldenTools,
): Verdict {
  if (!(thrown instanceof TraceError) || golden.prefix === undefined || !mayWrite(update, true)) throw thrown;
  accept(subject, golden, draft, tools);
  return finish(draft, 'changed', `The golden could not be read and was replaced: ${thrown.message}`);
}

/** Writes the render as the golden. */
function accept(subject: Subject, golden: Golden, draft: Verdict, tools: GoldenTools): void {
  draft.written = writeGolden(acceptedFiles(subject, golden, draft), tools.files);
  draft.accepted = true;
}

function acceptedFiles(subject: Subject, golden: Golden, draft: Verdict): GoldenFile[] {
  const { prefix } = golden;
  const result: GoldenFile[] = [{ path: `${prefix}.result.json`, text: draft.actualJson ?? '' }];
  // A golden kept without its text stays without.
  if (golden.json === undefined || golden.text !== undefined) {
    result.push({ path: `${prefix}.result.txt`, text: draft.actualText ?? '' });
  }
  const { trace, markup, inputs } = subject;
  if (markup === undefined) return result;
  if (trace) {
    const ownLive = prefix === trace.prefix && subject.source?.kind === 'live' && markup !== trace.markup;
    return ownLive ? [...result, { path: `${prefix}.poml`, text: markup }] : result;
  }
  // A golden that a test named may be a recording; only a call's own golden keeps the call's inputs.
  if (golden.kind !== 'own' || !inputs) return result;
  result.push({ path: `${prefix}.poml`, text: markup });
  const context = contextJson(inputs.context);
  if (context !== undefined) result.push({ path: `${prefix}.context.json`, text: context });
  const stylesheet = contextJson(inputs.stylesheet);
  if (stylesheet !== undefined) result.push({ path: `${prefix}.stylesheet.json`, text: stylesheet });
  return result;
}

function finish(draft: Verdict, status: VerdictStatus, reason: string): Verdict {
  draft.status = status;
  draft.reason = reason;
  return draft;
}
