import type { RenderedPrompt, RenderOptions } from '../poml/types.ts';
import type { Trace } from '../trace/types.ts';
import type { TraceVariant } from '../trace/variant.ts';
import type { ChangeClass } from './classes.ts';
import type { Tolerance } from './compare-options.ts';
import type { Expected, Golden } from './golden.ts';
import { goldenAt, goldenOfTrace, goldenValue, isChat, resolveGolden } from './golden.ts';
import type { Measures } from './measure.ts';
import type { SourceMode, TraceText } from './source.ts';
import { resolveTraceText } from './source.ts';
import type { PomlModule, PromptCall, PromptText, Received } from './subject.ts';
import {
  describeReceived,
  isCall,
  isReceived,
  isRendered,
  isTrace,
  isVariant,
  readPrompt,
  traceTitle,
} from './subject.ts';
import type { GoldenTools } from './tools.ts';
import type { UpdateMode } from './update.ts';
import type { ResolvedSource } from './verdict.ts';

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
  /** Absolute folder that causes name files from (default: the first of `folders`). */
  root?: string;
  /** Where the golden of a call lies when the matcher was given none: a path without suffix, see `goldenPrefix`. */
  own?: string;
  /** What counts as the same beside equal bytes (default: only what never reaches the model). */
  tolerance?: Tolerance | undefined;
  /** What is found out beside (default: nothing). */
  measures?: Measures;
  /** Kinds of change that let the test pass all the same (default: none). */
  allow?: readonly ChangeClass[];
  /**
   * Options of the render that win over what the trace tells: clock, locale, roots, … `strict` is `false` for
   * whatever is held against a trace, since a failing call leaves a normal-looking trace, and else `true`.
   */
  render?: Omit<RenderOptions, 'context' | 'stylesheet'>;
}

/** What is rendered, with everything known about it. */
export interface Subject {
  title: string;
  prompt: string;
  trace?: Trace;
  /** Made of a recorded call by changing something: it is no render of that recording. */
  variant?: true;
  source?: ResolvedSource;
  /** The text to render; `undefined` for a prompt rendered already. */
  markup?: string;
  options: RenderOptions;
  rendered?: RenderedPrompt;
  /** The files beside the result that belong to a call's own golden. */
  inputs?: { context?: Record<string, unknown>; stylesheet?: Record<string, unknown> };
}

/** Refuses what is neither a prompt nor a golden; a mistake of the test, not of the prompt. */
export function checkArguments(received: unknown, expected: unknown, options: EvaluateOptions): void {
  if (!isReceived(received)) {
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

/** The golden that a matcher means. */
export function findGolden(
  trace: Trace | undefined,
  expected: Expected | undefined,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Golden {
  if (expected !== undefined) return resolveGolden(expected, folders, tools.files, trace);
  return trace ? goldenOfTrace(trace) : goldenAt(options.own ?? '', tools.files, true);
}

/** The files of a golden, or those it would have. */
export function filesOf({ prefix, json, text }: Golden): string[] {
  if (prefix === undefined) return [];
  const result = `${prefix}.result.json`;
  return json !== undefined && text === undefined ? [result] : [result, `${prefix}.result.txt`];
}

/** What a matcher was given, with all that a render of it needs. */
export function subjectOf(
  received: Received,
  golden: Golden,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Subject {
  if (isTrace(received)) return traceSubject(received, golden, options, tools);
  if (isVariant(received)) return variantSubject(received, golden, options, folders, tools);
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
      ...(recordedAt && { now: recordedAt }),
      ...placed(text.place, options),
      context: trace.context,
      stylesheet: trace.stylesheet,
    },
  };
}

/** Where a text is and what it may read; what a golden brought along is not moved by the run's options. */
function placed(place: TraceText['place'], options: EvaluateOptions): RenderOptions {
  const { bundle, moved } = place;
  return { ...place, ...options.render, ...(bundle && { bundle, ...(moved && { moved }) }) };
}

/** A recorded call with something changed is a call like one written in a test, from what was recorded. */
function variantSubject(
  variant: TraceVariant,
  golden: Golden,
  options: EvaluateOptions,
  folders: readonly string[],
  tools: GoldenTools,
): Subject {
  const { trace, context, stylesheet } = variant;
  const text =
    variant.prompt === undefined
      ? resolveTraceText(trace, options.source ?? 'auto', tools)
      : otherText(readPrompt(variant.prompt, folders, tools.files));
  return {
    title: `${traceTitle(trace)}, changed`,
    prompt: text.name,
    variant: true,
    source: text.source,
    markup: text.markup,
    inputs: { context, stylesheet },
    options: {
      strict: golden.kind !== 'trace',
      chat: variant.chat,
      ...(trace.recordedAt && { now: trace.recordedAt }),
      ...placed(text.place, options),
      context,
      stylesheet,
    },
  };
}

function otherText({ markup, path, name }: PromptText): TraceText {
  return {
    markup,
    name,
    source: { kind: 'live', path },
    place: path === undefined ? {} : { sourcePath: path },
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
  try {
    const { messages } = goldenValue(golden);
    return isChat(messages) || (Array.isArray(messages) && messages.length === 0);
  } catch {
    // The comparison will say that the golden cannot be read, or the update replace it.
    return true;
  }
}
