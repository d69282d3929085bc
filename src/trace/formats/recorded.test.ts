import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { render } from '../../poml/index.ts';
import { loadSessions } from '../sessions.ts';
import type { Trace } from '../types.ts';
import {
  type FormatInput,
  toDict,
  toLangChain,
  toMessageDict,
  toOpenAIChat,
  toPydanticDict,
} from './index.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const FORMATS: Record<string, (result: FormatInput) => unknown> = {
  dict: toDict,
  message_dict: toMessageDict,
  langchain: toLangChain,
  openai_chat: toOpenAIChat,
  pydantic: toPydanticDict,
};

/** The recorded outputs of the Python SDK with the trace they were made of. */
function recordings(): { name: string; file: string; format: string; app: string; id: string }[] {
  const apps = path.join(root, 'fixtures/apps');
  return readdirSync(apps).flatMap((app) => {
    const folder = path.join(apps, app, 'formats');
    return list(folder).map((file) => {
      const [, id, format] = /^(.+)\.(\w+)\.json$/.exec(file)!;
      return { name: `${app}/${file}`, file: path.join(folder, file), format: format!, app, id: id! };
    });
  });
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

const sessions = loadSessions(['examples/*/pomlruns', 'fixtures/apps/*/pomlruns'], { cwd: root });

function traceOf(app: string, id: string): Trace {
  const trace = sessions
    .filter(({ dir }) => dir.split(path.sep).includes(app))
    .flatMap(({ traces }) => traces)
    .find((one) => one.id === id);
  if (trace) return trace;
  throw new Error(`There is no trace ${id} of ${app}.`);
}

/** Equal text means equal keys in equal order too. */
const asText = (value: unknown) => JSON.stringify(value, null, 2);

test('there are recordings of every format', () => {
  const formats = recordings().map(({ format }) => format);
  expect(new Set(formats)).toEqual(new Set(Object.keys(FORMATS)));
  expect(formats).toHaveLength(165);
});

test.each(recordings())('$name', ({ file, format, app, id }) => {
  const { result } = traceOf(app, id);
  const before = asText(result);
  expect(asText(FORMATS[format]!(result!))).toBe(asText(JSON.parse(readFileSync(file, 'utf8'))));
  expect(asText(result)).toBe(before);
});

test('a rendered prompt, its JSON and its recording give the same', async () => {
  const trace = traceOf('travel-desk', '0001.agent');
  const prompt = await render(trace.markup, {
    context: trace.context,
    sourcePath: path.join(root, 'examples/travel-desk/prompts/agent.poml'),
  });
  for (const convert of Object.values(FORMATS)) {
    const recorded = asText(convert(trace.result!));
    expect(asText(convert(prompt))).toBe(recorded);
    expect(asText(convert(prompt.toJSON()))).toBe(recorded);
  }
});
