import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderedPrompt } from '../poml/types.ts';
import { isStringPrompt } from '../trace/source.ts';
import type { Trace } from '../trace/types.ts';
import type { TraceVariant } from '../trace/variant.ts';
import type { GoldenFiles } from './tools.ts';

/** A prompt file imported as a module: `import triage from './triage.poml'`. */
export interface PomlModule {
  /** Absolute path of the file. */
  path: string;
  markup: string;
  render: (...args: never[]) => unknown;
}

/** A call of a prompt, written in a test. */
export interface PromptCall {
  /** A path (absolute, or relative to the project root or the test file), markup, a file URL, or an imported `.poml` module. */
  prompt: string | URL | PomlModule;
  context?: Record<string, unknown>;
  stylesheet?: Record<string, unknown>;
  /** Split into messages by speaker (default: as the golden is, else `true`). */
  chat?: boolean;
}

/** What a matcher takes: a recorded call, one with something changed, a call of a prompt, an imported prompt, or one rendered already. */
export type Received = Trace | TraceVariant | PromptCall | PomlModule | RenderedPrompt;

/** The text of a prompt and the file it is from. */
export interface PromptText {
  markup: string;
  /** Absolute; `undefined` for markup given as a string. */
  path: string | undefined;
  /** Shown name, for grouping. */
  name: string;
}

/** Whether a value is a recorded trace. */
export function isTrace(value: unknown): value is Trace {
  return isObject(value) && typeof value.prefix === 'string' && typeof value.has === 'function';
}

/** Whether a value is a recorded call with something changed, from `trace.with(…)`. */
export function isVariant(value: unknown): value is TraceVariant {
  return isObject(value) && isTrace(value.trace) && typeof value.with === 'function';
}

/** Whether a value is a prompt rendered already. */
export function isRendered(value: unknown): value is RenderedPrompt {
  return isObject(value) && 'messages' in value && typeof value.toJSON === 'function';
}

/** Whether a value is an imported `.poml` module. */
export function isPomlModule(value: unknown): value is PomlModule {
  return isObject(value) && typeof value.path === 'string' && typeof value.markup === 'string';
}

/** Whether a value is a call `{ prompt, context?, … }`. */
export function isCall(value: unknown): value is PromptCall {
  if (!isObject(value)) return false;
  const prompt = value.prompt;
  return typeof prompt === 'string' || prompt instanceof URL || isPomlModule(prompt);
}

/** Whether a value is something that a matcher can render. */
export function isReceived(value: unknown): value is Received {
  return isTrace(value) || isVariant(value) || isCall(value) || isPomlModule(value) || isRendered(value);
}

/** What a value is, in words, for the error about a wrong argument. */
export function describeReceived(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isObject(value) && typeof value.then === 'function') return 'a promise (await it first)';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object')
    return `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
  return `a ${typeof value}`;
}

/**
 * Reads the prompt of a call: a path, markup, a file URL or a module.
 *
 * A string is a path when a file of this name exists below one of the folders; markup when it holds a line
 * break or `<`; anything else that ends like a file name is a misspelt path and an error, since rendering
 * it as text, as POML does, would hide the mistake.
 *
 * @param folders Absolute folders that relative paths are looked up in, in this order.
 */
export function readPrompt(
  prompt: PromptCall['prompt'] | Pick<PomlModule, 'path' | 'markup'>,
  folders: readonly string[],
  files: GoldenFiles,
): PromptText {
  if (typeof prompt !== 'string' && !(prompt instanceof URL)) {
    return { markup: prompt.markup, path: prompt.path, name: promptName(prompt.path) };
  }
  if (prompt instanceof URL) {
    const file = fileURLToPath(prompt);
    const markup = files.read(file);
    if (markup === undefined) throw new Error(`The prompt file ${file} does not exist.`);
    return { markup, path: file, name: promptName(file) };
  }
  const couldBePath = !/[\n<\0]/.test(prompt) && prompt.length > 0 && prompt.length < 1024;
  if (couldBePath) {
    for (const folder of folders) {
      const file = path.resolve(folder, prompt);
      const markup = files.list(file) === undefined ? files.read(file) : undefined;
      if (markup !== undefined) return { markup, path: file, name: promptName(file) };
    }
    if (/\.\w{1,8}$/.test(prompt) && !/\s/.test(prompt)) {
      throw new Error(
        `The prompt file ${prompt} does not exist (looked in ${folders.join(' and ')}). ` +
          'Give a path from the project root or the test file, or the markup itself.',
      );
    }
  }
  return { markup: prompt, path: undefined, name: MARKUP_NAME };
}

/** Shown in place of a file name for prompts that were given as a string. */
export const MARKUP_NAME = 'markup';

/** Name of a prompt by its file: the base name without `.poml`. */
export function promptName(file: string): string {
  return path.basename(file).replace(/\.poml$/, '');
}

/** Name of a trace's prompt; POML gives prompts passed as a string a random temp name, which groups under one name here. */
export function tracePromptName(trace: Trace): string {
  return trace.name === '' || isStringPrompt(trace.name, undefined) ? MARKUP_NAME : trace.name;
}

/**
 * Shown name of a trace: `support-triage › 0007.triage`. A session folder that is only a timestamp is named by
 * the folder it was recorded in.
 */
export function traceTitle(trace: Trace): string {
  return `${sessionLabel(trace.sessionDir)} › ${trace.id}`;
}

/** Shown name of a session folder: the application for `app/pomlruns/<timestamp>`, else the folder's own name. */
export function sessionLabel(sessionDir: string): string {
  const parts = sessionDir.split(/[\\/]+/).filter(Boolean);
  const name = parts.at(-1) ?? sessionDir;
  if (!/^\d{14,20}$/.test(name)) return name;
  const above = parts.at(-2) === 'pomlruns' ? parts.at(-3) : parts.at(-2);
  return above ?? name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
