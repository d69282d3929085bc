import path from 'node:path';
import { Coverage } from '../../coverage/collector.ts';
import { RenderError, render, renderMaybeSync } from '../../index.ts';
import type { RenderedPrompt, RenderOptions, SourceLocation } from '../../types.ts';
import type { FuzzDocument } from './document.ts';
import { textOfFile } from './files.ts';
import { locationFault } from './locations.ts';
import { sameStructure } from './same.ts';
import { resultFault } from './shape.ts';
import { build, type Recipe } from './values.ts';

/** What one render may take, far above what any should. */
export interface Bounds {
  milliseconds: number;
  heapBytes: number;
}

export const BOUNDS: Bounds = { milliseconds: 5000, heapBytes: 1024 ** 3 };

/** A property that does not hold. */
export interface Fault {
  /** Short and stable: `throws`, `time`, `deterministic`, … */
  property: string;
  detail: string;
}

export interface Checked {
  faults: Fault[];
  /** The longest of the document's renders. */
  milliseconds: number;
  /** The most that the heap grew in one of them. */
  heapBytes: number;
  outcome: 'rendered' | 'with errors' | 'refused';
}

type Outcome = { prompt: RenderedPrompt } | { error: unknown };

function buildAll(recipes: { [name: string]: Recipe }): Record<string, unknown> {
  return build(recipes) as Record<string, unknown>;
}

/** Holds a document against everything that must be true of any document. */
export async function checkDocument(
  document: FuzzDocument,
  folder: string,
  bounds: Bounds = BOUNDS,
): Promise<Checked> {
  const faults: Fault[] = [];
  const fault = (property: string, detail: string) => {
    if (!faults.some((known) => known.property === property)) faults.push({ property, detail });
  };
  let slowest = 0;
  let largest = 0;
  const context = buildAll(document.context);
  const stylesheet = buildAll(document.stylesheet);
  const main = path.join(folder, 'main.poml');

  const measured = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
    const heap = process.memoryUsage().heapUsed;
    const start = performance.now();
    try {
      return await work();
    } finally {
      const took = performance.now() - start;
      const grown = process.memoryUsage().heapUsed - heap;
      slowest = Math.max(slowest, took);
      largest = Math.max(largest, grown);
      if (took > bounds.milliseconds) fault('time', `${what} took ${Math.round(took)} ms`);
      if (grown > bounds.heapBytes) fault('memory', `${what} took ${Math.round(grown / 1024 ** 2)} MB`);
    }
  };
  const attempt = (
    engine: typeof renderMaybeSync,
    strict: boolean,
    more: Partial<RenderOptions> = {},
  ): Promise<Outcome> =>
    measured(`a render (strict: ${strict})`, async () => {
      const options: RenderOptions = {
        context,
        stylesheet,
        chat: document.chat,
        strict,
        now: Date.UTC(2025, 0, 31, 12),
        seed: 7,
        locale: 'en-US',
        timeZone: 'UTC',
        roots: [folder],
        ...(document.atPath ? { sourcePath: main } : {}),
        ...more,
      };
      try {
        return { prompt: await engine(document.markup, options) };
      } catch (error) {
        return { error };
      }
    });

  const sourceOf = (file: string | undefined) =>
    file === undefined || file === main ? document.markup : textOfFile(folder, file);
  const place = (what: string, location: SourceLocation | undefined) => {
    const found = location && locationFault(location, sourceOf);
    if (found) fault('location', `${what}: ${found}`);
  };
  const refused = (error: unknown) => {
    if (error instanceof RenderError) place('an error', error.location);
    else fault('throws', `no RenderError but ${describe(error)}`);
  };

  const lenient = await attempt(render, false);
  // Whoever watches must not change anything.
  const again = await attempt(renderMaybeSync, false, { coverage: new Coverage({ values: true }) });
  const strict = await attempt(render, true);
  for (const outcome of [lenient, again, strict]) if ('error' in outcome) refused(outcome.error);
  if ('prompt' in lenient) {
    const { prompt } = lenient;
    for (const error of prompt.errors) refused(error);
    const broken = await guarded(() => measured('the result', () => resultFault(prompt, document.chat)));
    if (broken) fault('result', broken);
    const warnings = await guarded(() =>
      measured('warnings', () => {
        for (const { code, message, location } of prompt.warnings) {
          if (!/^[a-z-]+$/.test(code) || message === '') return `odd warning ${code}: ${message}`;
          place(`the warning ${code}`, location);
        }
        return undefined;
      }),
    );
    if (warnings) fault('warnings', warnings);
    const places = await guarded(() => measured('locate', () => locateSamples(prompt, place)));
    if (places) fault('locate', places);
  }

  const [first, second] = [bytesOf(lenient), bytesOf(again)];
  if (first !== second) fault('deterministic', difference(first, second));
  const shouldThrow = 'error' in lenient || lenient.prompt.errors.length > 0;
  if (shouldThrow !== 'error' in strict) {
    const reason = 'error' in strict ? describe(strict.error) : 'nothing';
    fault('strict', `lenient ${shouldThrow ? 'has errors' : 'has none'}, strict throws ${reason}`);
  }
  if (!sameStructure(context, buildAll(document.context))) fault('context', 'was changed');
  if (!sameStructure(stylesheet, buildAll(document.stylesheet))) fault('stylesheet', 'was changed');
  if ('polluted' in {}) fault('prototype', 'Object.prototype was changed');
  const outcome =
    'error' in lenient ? 'refused' : lenient.prompt.errors.length > 0 ? 'with errors' : 'rendered';
  return { faults, milliseconds: slowest, heapBytes: largest, outcome };
}

/** What a check finds, or what it throws. */
async function guarded(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    return `throws ${describe(error)}`;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error}`;
  return `${error.name}: ${error.message.slice(0, 300)}\n${(error.stack ?? '').split('\n').slice(1, 6).join('\n')}`;
}

const SAMPLES = 8;

/** Asks where characters come from, from the first to beyond the last. */
function locateSamples(
  prompt: RenderedPrompt,
  place: (what: string, location: SourceLocation | undefined) => void,
): undefined {
  const lengths = Array.isArray(prompt.messages)
    ? prompt.messages.map((part) => {
        const content = typeof part === 'object' && 'speaker' in part ? part.content : part;
        return typeof content === 'string' ? content.length : 3;
      })
    : [prompt.messages.length];
  const step = Math.max(1, Math.floor(lengths.length / SAMPLES));
  for (let message = 0; message <= lengths.length; message += step) {
    const length = lengths[message] ?? 0;
    for (let sample = 0; sample <= SAMPLES; sample++) {
      const offset = Math.floor((length * sample) / SAMPLES);
      place(`message ${message}, offset ${offset}`, prompt.locate(message, offset));
    }
  }
  prompt.locate(-1, 0);
  prompt.locate(0, -1);
  return undefined;
}

/** All that a render gives, as text. */
function bytesOf(outcome: Outcome): string {
  if ('error' in outcome)
    return outcome.error instanceof Error ? outcome.error.message : typeof outcome.error;
  const { prompt } = outcome;
  try {
    const errors = prompt.errors.map(({ message }) => message);
    return [JSON.stringify(prompt, null, 2), String(prompt), ...errors].join('\n\n');
  } catch {
    return 'unprintable';
  }
}

function difference(first: string, second: string): string {
  let at = 0;
  while (at < first.length && first[at] === second[at]) at++;
  const from = Math.max(0, at - 60);
  return `${JSON.stringify(first.slice(from, at + 100))} is not ${JSON.stringify(second.slice(from, at + 100))}`;
}
