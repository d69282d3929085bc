import { basename } from 'node:path';
import { stored } from '../../poml/stored.ts';
import type { RenderedPrompt } from '../../poml/types.ts';
import { engineVersion } from './engine-version.ts';
import type { CallInput } from './input.ts';
import type { CallFiles } from './write-call.ts';

/**
 * The files of a call as POML writes them, in its order.
 *
 * @param input With context and stylesheet as they are after the render: POML records what a template made of them.
 * @param prompt The result; `undefined` when there is none.
 */
export function filesOf(input: CallInput, prompt: RenderedPrompt | undefined): CallFiles {
  const texts: [string, string][] = [
    ['.env', `SOURCE_PATH=${input.sourcePath}\nPOML_VERSION=${engineVersion()}\n`],
  ];
  const add = (suffix: string, value: Record<string, unknown> | undefined) => {
    if (value && Object.keys(value).length > 0) texts.push([suffix, json(stored(value))]);
  };
  add('.context.json', input.context?.value);
  add('.stylesheet.json', input.stylesheet?.value);
  if (prompt) texts.push(['.result.json', json(prompt)], ['.result.txt', String(prompt)]);
  return {
    name: basename(input.sourcePath, '.poml'),
    markup: input.markup,
    source: input.sourcePath,
    texts,
  };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
