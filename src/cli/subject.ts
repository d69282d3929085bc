import { statSync } from 'node:fs';
import path from 'node:path';
import type { PromptCall } from '../golden/index.ts';
import { loadTrace, type Trace } from '../trace/index.ts';

/**
 * What a command is to render: a trace, by the path of its files without suffix or of any of its files, or a prompt file.
 * A path starts in the working directory, or else in the project root.
 *
 * @throws TraceError when there is neither; similar traces are named
 */
export function receivedOf(name: string, root: string, cwd: string): Trace | PromptCall {
  const files = [...new Set([path.resolve(cwd, name), path.resolve(root, name)])];
  const prompt = files.find((file) => isFile(file) && file.endsWith('.poml') && !isTraceFile(file));
  if (prompt !== undefined) return { prompt };
  for (const [i, file] of files.entries()) {
    try {
      return loadTrace(file);
    } catch (error) {
      if (i === files.length - 1) throw error;
    }
  }
  throw new Error(`${name} is neither a trace nor a prompt file.`);
}

/** Files of traces begin with their number. */
function isTraceFile(file: string): boolean {
  return /^\d{4,}\./.test(path.basename(file));
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
