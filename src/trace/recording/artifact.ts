import { basename } from 'node:path';
import { TraceError } from '../error.ts';
import { SUFFIXES } from '../names.ts';
import { lastCall, type RecordedCall } from './flow.ts';
import { complain } from './record-call.ts';
import { recording } from './state.ts';

/** Which call a result came from. */
const calls = new WeakMap<object, RecordedCall>();

/** Remembers which call a result came from. */
export function linkResult(result: unknown, call: RecordedCall): void {
  if (typeof result === 'object' && result !== null) calls.set(result, call);
}

export interface ArtifactOptions {
  /** The value that the call of `poml` gave: says beside which call the file belongs, wherever this is called. */
  of?: object;
}

/**
 * Writes a file beside those of a recorded call, e.g. what the model replied: `0007.triage.reply.txt`. It goes to the call
 * that this strand of asynchronous work made last. For a call that a helper made, say which one with `of`.
 *
 * @param suffix With or without its dot.
 * @returns The path of the file; `undefined` when there is no recorded call for it, or it could not be written.
 * @throws TraceError for a suffix that is no end of a file name, or that POML uses itself
 * @example
 * const params = await poml('prompts/triage.poml', { context, format: 'openai_chat' });
 * traceArtifact('.reply.txt', await ask(params), { of: params });
 */
export function traceArtifact(
  suffix: string,
  contents: string | Uint8Array,
  { of }: ArtifactOptions = {},
): string | undefined {
  const ending = endingOf(suffix);
  const active = recording();
  if (!active?.folder) return undefined;
  const call = of === undefined ? lastCall(active.root) : calls.get(of);
  if (call === 'unclear') {
    process.emitWarning(
      `traceArtifact(${JSON.stringify(ending)}, …) was not written: there are several calls of poml that it could belong to. ` +
        'Pass what the call gave, { of: result }, or keep call and artifact in one operation().',
      { code: 'VITEST_POML_ARTIFACT' },
    );
    return undefined;
  }
  if (!call) return undefined;
  const path = call.prefix + ending;
  try {
    call.folder.addArtifact(path, contents);
    return path;
  } catch (error) {
    complain(call.folder, `${basename(path)} could not be written`, error);
    return undefined;
  }
}

function endingOf(suffix: string): string {
  const ending = suffix.startsWith('.') ? suffix : `.${suffix}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/^\.[^/\\\u0000-\u001f\u007f]+$/.test(ending)) {
    throw new TraceError(`${JSON.stringify(suffix)} cannot be the end of a file name`, {
      hint: 'Give a suffix such as .reply.txt.',
    });
  }
  if (SUFFIXES.some((own) => own === ending.toLowerCase())) {
    throw new TraceError(`${JSON.stringify(suffix)} is the suffix of a file that POML writes itself`, {
      hint: 'Give another suffix, such as .reply.json.',
    });
  }
  return ending;
}
