import { basename } from 'node:path';
import { resultText } from '../../poml/rendered.ts';
import { printablePath } from '../../trace/error.ts';
import { inferChat, parseResult } from '../../trace/result.ts';
import type { RecordedResult } from '../../trace/types.ts';
import type { PulledCall } from './call.ts';

/** Where the text of a pulled prompt is from. */
export type PulledSource =
  /** The trace itself. */
  | { kind: 'sent'; text: string }
  /** A file found here by the path in the trace: as it is now, which may differ from what was sent. */
  | { kind: 'file'; text: string; path: string }
  | { kind: 'unavailable'; why: string };

/** The files of a call, by suffix, as POML's tracer writes them. */
export function callFiles(call: PulledCall, source: PulledSource, problems: string[]): Map<string, string> {
  const files = new Map<string, string>();
  const add = (suffix: string, value: unknown) => files.set(suffix, JSON.stringify(value, null, 2));
  const result = checkedResult(call, problems);
  if (source.kind !== 'unavailable') files.set('.poml', source.text);
  // Without a result this file says that the call failed, which is not known when the result was only left out.
  if (call.path !== undefined && (result !== undefined || call.raised))
    files.set('.env', `SOURCE_PATH=${printablePath(call.path)}\n`);
  if (call.context) add('.context.json', call.context);
  if (call.stylesheet) add('.stylesheet.json', call.stylesheet);
  if (result) {
    add('.result.json', result);
    files.set('.result.txt', resultText(result.messages, inferChat(result.messages)));
  }
  return files;
}

function checkedResult({ result }: PulledCall, problems: string[]): RecordedResult | undefined {
  if (result === undefined) return undefined;
  try {
    return parseResult(JSON.stringify(result), 'the output', '');
  } catch (error) {
    problems.push(
      `What came out of the call is no result of POML: ${(error as Error).message.split('\n', 1)[0]}`,
    );
    return undefined;
  }
}

const MAX_NAME = 80;

/**
 * The name of a prompt as part of a file name: the base name of its path without `.poml`. It comes from a trace, so that
 * nothing in it may lead elsewhere or hide.
 */
export function callName(path: string | undefined): string {
  const last = basename((path ?? '').replaceAll('\\', '/'), '.poml');
  const safe = last
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, MAX_NAME);
  return safe === '' ? 'prompt' : safe.toWellFormed();
}
