import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PromptCall } from '../golden/index.ts';
import { nearest } from '../project/nearest.ts';
import { loadTrace, type Trace } from '../trace/index.ts';
import { UsageError } from './command.ts';

/**
 * What a command is to render: a trace, by the path of its files without suffix or of any of its files, or a prompt file.
 * A path starts in the working directory, or else in the project root.
 *
 * @throws TraceError for a call that is not there; UsageError for a folder, and what is neither a call nor a prompt
 */
export function receivedOf(name: string, root: string, cwd: string): Trace | PromptCall {
  const files = [...new Set([path.resolve(cwd, name), path.resolve(root, name)])];
  const prompt = files.find((file) => isFile(file) && file.endsWith('.poml') && !isTraceFile(file));
  if (prompt !== undefined) return { prompt };
  const folder = files.find((file) => namesIn(file) !== undefined);
  if (folder !== undefined) {
    const first = namesIn(folder)!
      .sort()
      .find((file) => isTraceFile(file) && file.endsWith('.poml'));
    const example = first === undefined ? '' : `, e.g. ${path.join(name, first.replace(/\.poml$/, ''))}`;
    throw new UsageError(`${name} is a folder: name one call in it${example}.`);
  }
  let missing: unknown;
  for (const file of files) {
    try {
      return loadTrace(file);
    } catch (error) {
      missing ??= error;
    }
  }
  if (/^\d/.test(path.basename(name))) throw missing;
  const prompts = files
    .flatMap((file) => namesIn(path.dirname(file)) ?? [])
    .filter((file) => file.endsWith('.poml'));
  const meant = nearest(path.basename(name), prompts);
  const hint = meant === undefined ? '' : ` Did you mean ${path.join(path.dirname(name), meant)}?`;
  throw new UsageError(`There is neither a recorded call nor a prompt file ${name}.${hint}`);
}

function namesIn(folder: string): string[] | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : undefined;
}

/** Files of traces begin with their number. */
function isTraceFile(file: string): boolean {
  return /^\d{4,}\./.test(path.basename(file));
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
