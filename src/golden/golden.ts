import path from 'node:path';
import type { Content, Message, RenderedPrompt } from '../poml/types.ts';
import { recordedAt } from '../trace/recorded-at.ts';
import { parseResult } from '../trace/result.ts';
import type { RecordedResult, Trace } from '../trace/types.ts';
import { isRendered, isTrace } from './subject.ts';
import type { GoldenFiles } from './tools.ts';

/** What a matcher takes as the golden: a trace, a path to a trace prefix or session, or a rendered prompt. */
export type Expected = Trace | string | RenderedPrompt;

/** What a render is held against. */
export interface Golden {
  /** Exact text of `.result.json`; `undefined` when there is no golden yet. */
  json: string | undefined;
  /** Exact text of `.result.txt`; optional beside the JSON. */
  text: string | undefined;
  /** Absolute path without suffix; `undefined` for a golden that is not on disk. */
  prefix: string | undefined;
  /** Shown name in errors. */
  label: string;
  /**
   * `trace` is a recording of POML, `own` the captured golden of a call in a test, `path` files that a test
   * named, `render` a prompt rendered in the test.
   */
  kind: 'trace' | 'own' | 'path' | 'render';
  /** Whether the recorded call is known to have left no result: a render must fail. */
  failureExpected: boolean;
  /** When it was recorded, for the clock of the render. */
  recordedAt: Date | undefined;
  /** The text it was rendered from, for one that is not on disk; else it lies beside it. */
  markup?: string | undefined;
}

/** The golden that is a trace's own recording, or another trace's. */
export function goldenOfTrace(trace: Trace): Golden {
  const json = trace.resultJson;
  return {
    kind: 'trace',
    json,
    text: trace.resultText,
    prefix: trace.prefix,
    label: trace.id,
    // POML writes .env before it renders, so a call that died leaves it without a result. A trace made by
    // hand, markup and context only, has none: its golden is still to come.
    failureExpected: json === undefined && trace.has('.env'),
    recordedAt: trace.recordedAt,
  };
}

/** The golden whose files start with a path: a trace's, a call's own, or any that a test named. */
export function goldenAt(prefix: string, files: GoldenFiles, own = false): Golden {
  const recorded = !own && files.read(`${prefix}.env`) !== undefined;
  return {
    kind: own ? 'own' : recorded ? 'trace' : 'path',
    json: files.read(`${prefix}.result.json`),
    text: files.read(`${prefix}.result.txt`),
    prefix,
    label: path.basename(prefix),
    failureExpected: false,
    recordedAt: own ? undefined : recordedAt(path.basename(path.dirname(prefix))),
  };
}

/**
 * The golden that is a prompt rendered already.
 *
 * @param markup The text it was rendered from, where it is known.
 */
export function goldenOfRender(prompt: RenderedPrompt, markup?: string): Golden {
  return {
    kind: 'render',
    json: renderedJson(prompt),
    text: String(prompt),
    prefix: undefined,
    label: 'the expected prompt',
    failureExpected: false,
    recordedAt: undefined,
    markup,
  };
}

/**
 * Resolves what a matcher was given as the golden.
 *
 * @param trace The trace rendered, when there is one; finds its counterpart in a session given as a folder.
 * @throws Error when a session holds no such trace, or several of its name.
 */
export function resolveGolden(
  expected: Expected,
  folders: readonly string[],
  files: GoldenFiles,
  trace?: Trace,
): Golden {
  if (isTrace(expected)) return goldenOfTrace(expected);
  if (isRendered(expected)) return goldenOfRender(expected);
  const stem = expected.replace(/\.(?:result\.(?:json|txt)|poml)$/, '');
  const candidates = folders.map((folder) => path.resolve(folder, stem));
  for (const candidate of candidates) {
    const names = files.list(candidate);
    if (names) return goldenAt(path.join(candidate, counterpart(names, candidate, trace)), files);
    if (files.read(`${candidate}.result.json`) !== undefined) return goldenAt(candidate, files);
  }
  return goldenAt(candidates[0] ?? path.resolve(stem), files);
}

/** Which trace of a session stands for the one rendered: that of the same id, else the only one of its name. */
function counterpart(names: readonly string[], dir: string, trace: Trace | undefined): string {
  const ids = names
    .filter((name) => name.endsWith('.result.json'))
    .map((name) => name.slice(0, -'.result.json'.length));
  if (trace && ids.includes(trace.id)) return trace.id;
  const sameName = trace ? ids.filter((id) => id.replace(/^\d+\.?/, '') === trace.name) : ids;
  if (sameName.length === 1) return sameName[0]!;
  const which = trace ? `of the prompt ${trace.name}` : 'with a result';
  throw new Error(
    `${dir} holds ${sameName.length === 0 ? 'no trace' : `${sameName.length} traces`} ${which}. ` +
      'Name one trace: the path of its files without the suffix.',
  );
}

/** The bytes of `.result.json` for a rendered prompt. */
export function renderedJson(prompt: RenderedPrompt): string {
  return JSON.stringify(prompt, null, 2);
}

/**
 * Reads the text of a golden's `.result.json`.
 *
 * @throws TraceError that names the file when it is no JSON or no result of POML.
 */
export function goldenValue({
  json,
  prefix,
  label,
}: Pick<Golden, 'json' | 'prefix' | 'label'>): RecordedResult {
  const file = `${prefix ?? label}.result.json`;
  return parseResult(json ?? '', file, path.dirname(file));
}

/** Whether the messages of a result are a list of turns, as calls with `chat` leave them. */
export function isChat(messages: Message[] | Content): messages is Message[] {
  return (
    Array.isArray(messages) &&
    messages.length > 0 &&
    messages.every((item) => typeof item === 'object' && item !== null && 'speaker' in item)
  );
}
