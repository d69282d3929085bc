import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RenderOptions } from '../types.ts';
import type { EngineResult } from './engine-rendered.ts';
import { EngineError } from './error.ts';
import type { PromptSource } from './failure.ts';
import { layOutBundle } from './lay-out-bundle.ts';

/** The files of one render, for an engine with POML's command line options. */
export interface Workspace {
  readonly source: PromptSource;
  /** The file to render. */
  readonly promptFile: string;
  /** `undefined` when there is nothing to pass. */
  readonly contextFile: string | undefined;
  readonly stylesheetFile: string | undefined;
  /** Empty folder for POML's trace of this render. */
  readonly traceDir: string;
  /** Where the engine writes the result, if it succeeds. */
  readonly outputFile: string;
  /** A file for whatever the engine has to say. */
  readonly logFile: string;
  /** What the engine has left. */
  collect(): Promise<Leavings>;
  remove(): Promise<void>;
}

/** What an engine has left in a workspace. */
export interface Leavings {
  /** It got as far as recording the call. */
  started: boolean;
  /** `undefined` when it did not get as far as a result. */
  result: EngineResult | undefined;
}

/**
 * Lays out the files of one render in a new folder that only this user can read.
 *
 * The file on disk is rendered where it is if it holds this very markup. Otherwise a copy is, with a `.env` beside
 * it that names the true path, as POML's traces have it: relative paths in the prompt start from there.
 *
 * @param root absolute; stands in for the folder of a prompt that has no path
 * @throws EngineError when context or stylesheet cannot be written as JSON
 */
export async function openWorkspace(
  markup: string,
  options: RenderOptions,
  root: string,
): Promise<Workspace> {
  const context = toJson(options.context ?? {}, 'context');
  const stylesheet = toJson(options.stylesheet ?? {}, 'stylesheet');
  const named = options.sourcePath === undefined ? undefined : path.resolve(root, options.sourcePath);
  const folder = await mkdtemp(path.join(tmpdir(), 'vitest-poml-engine-'));
  const at = (name: string) => path.join(folder, name);
  const put = async (name: string, text: string) => {
    await writeFile(at(name), text);
    return at(name);
  };
  try {
    const file =
      options.bundle && named !== undefined ? await layOutBundle(options.bundle, at('bundle'), named) : named;
    const inPlace = file !== undefined && (await holds(file, markup));
    const believed = file ?? path.join(root, 'prompt.poml');
    if (!inPlace) await put('prompt.env', `SOURCE_PATH=${believed}\n`);
    const workspace = {
      source: { markup, file, believed },
      promptFile: inPlace ? file : await put('prompt.poml', markup),
      contextFile: context === '{}' ? undefined : await put('context.json', context),
      stylesheetFile: stylesheet === '{}' ? undefined : await put('stylesheet.json', stylesheet),
      traceDir: at('trace'),
      outputFile: at('output.json'),
      logFile: at('log.txt'),
    };
    await mkdir(workspace.traceDir);
    return {
      ...workspace,
      collect: () => collect(workspace.traceDir, workspace.outputFile, context),
      remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Whether an engine that is given this path will read this markup, and resolve paths from the path's folder. */
async function holds(file: string, markup: string): Promise<boolean> {
  // Beside a recorded prompt lies an .env that sends the engine to the folder of the recording machine.
  if (!/\.poml$/i.test(file) || existsSync(file.replace(/(\.source)?\.poml$/i, '.env'))) return false;
  return (await read(file)) === markup;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** JSON with buffers as POML stores them. */
function toJson(value: Record<string, unknown>, what: string): string {
  try {
    return JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
      // A buffer has turned itself into a list of numbers before it comes here as `item`.
      const raw = this[key];
      return raw instanceof Uint8Array ? { __base64__: Buffer.from(raw).toString('base64') } : item;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new EngineError(
      `The ${what} cannot be passed to another engine, which takes JSON: ${reason}. ` +
        'Pass plain data, or use the built-in renderer.',
      { cause },
    );
  }
}

async function collect(traceDir: string, outputFile: string, context: string): Promise<Leavings> {
  const names = await readdir(traceDir);
  const named = async (ending: RegExp) => {
    const name = names.find((each) => ending.test(each));
    return name === undefined ? undefined : read(path.join(traceDir, name));
  };
  const started = names.some((name) => name.endsWith('.poml'));
  // An engine too old to trace leaves its output alone.
  const json = (await named(/\.result\.json$/)) ?? (await read(outputFile));
  if (json === undefined) return { started, result: undefined };
  const contextAfter = started ? ((await named(/\.context\.json$/)) ?? '{}') : context;
  return {
    started,
    result: {
      json,
      text: await named(/\.result\.txt$/),
      mutatedContext: compact(contextAfter) !== compact(context),
    },
  };
}

const compact = (json: string) => JSON.stringify(JSON.parse(json));
