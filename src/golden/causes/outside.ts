import type { Dependency, RenderedPrompt, SourceLocation } from '../../poml/types.ts';
import { type Cause, type CauseKind, causeKey } from '../causes.ts';
import type { Difference } from '../verdict.ts';
import { changedFile } from './bundled.ts';
import { quoted } from './describe.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** A render whose differences are to be explained by something else than edits of its own text. */
export interface Scene {
  prompt: RenderedPrompt;
  markup: string;
  /** Absolute path of the prompt; `undefined` for markup that a test gave as a string. */
  file: string | undefined;
  /** Whether the text of the prompt is known to be what it was. */
  unchanged: boolean;
  /** A path as it is named on every machine. */
  name(file: string): string;
  /** The text of a file, `undefined` when there is none. */
  read(file: string): string | undefined;
  /** Causes of a run, by what they are made of: thousands of traces share one. */
  shared: Map<string, Cause>;
}

/** So many causes are shared. */
const MAX_SHARED = 256;

/**
 * What made a render differ besides edits of the prompt's own text: included files by the lines that the changed output
 * comes from, other files that it reads, and else the engine. The old text of these is not at hand.
 */
export function outsideCauses(differences: readonly Difference[], scene: Scene): Cause[] {
  const causes = new Map<string, Cause>();
  for (const difference of differences) {
    for (const segment of segmentsOf(difference, scene.prompt)) {
      const cause = causeOf(segment, difference, scene);
      if (!causes.has(cause.key)) causes.set(cause.key, cause);
    }
  }
  // What cannot be explained says nothing beside something that can.
  const known = [...causes.values()].filter(({ kind }) => kind !== 'engine' && kind !== 'unknown');
  return known.length > 0 ? known : [...causes.values()].slice(0, 1);
}

function causeOf(segment: Segment, difference: Difference, scene: Scene): Cause {
  const { location } = segment;
  if (location?.file !== undefined && location.includedFrom?.length)
    return changedLines('include', location.file, segment, scene);
  const asset = assetOf(segment, scene);
  if (asset) return changedFile(asset, scene.name);
  if (!scene.unchanged && location) return changedLines('markup', location.file, segment, scene);
  const read = scene.prompt.dependencies.map(({ path }) => scene.name(path));
  if (read.length > 0) return unknownCause([...new Set(read)], scene);
  return engineCause(location, difference, scene);
}

/** The lines of a file that changed output comes from. */
function changedLines(kind: CauseKind, file: string | undefined, segment: Segment, scene: Scene): Cause {
  // The lines of a prompt without a file are those of one trace.
  if (file === undefined) return makeChangedLines(kind, file, segment, scene);
  const { before, after, location, end } = segment;
  const made = JSON.stringify([
    kind,
    file,
    location?.line,
    location?.column,
    end?.file,
    end?.line,
    before,
    after,
  ]);
  const known = scene.shared.get(made) ?? makeChangedLines(kind, file, segment, scene);
  if (scene.shared.size >= MAX_SHARED) scene.shared.clear();
  scene.shared.set(made, known);
  return known;
}

function makeChangedLines(
  kind: CauseKind,
  file: string | undefined,
  { before, after, location, end }: Segment,
  scene: Scene,
): Cause {
  const text = (file === undefined ? undefined : scene.read(file)) ?? scene.markup;
  const line = location?.line ?? 1;
  const last = end?.file === location?.file && end !== undefined && end.line >= line ? end.line : line;
  const source = text
    .split('\n')
    .slice(line - 1, last)
    .join('\n')
    .trim();
  const name = file === undefined ? '<markup>' : scene.name(file);
  const shown = quoted(source === '' ? after : source);
  const [words, what] =
    after.trim() === ''
      ? [`removed ${quoted(before)}`, 'removed']
      : before.trim() === ''
        ? [`added ${shown}`, 'changed']
        : [`is now ${shown}`, 'changed'];
  return {
    key: causeKey(kind, name, what, source),
    kind,
    ...(file !== undefined && { file }),
    line,
    column: location?.column ?? 1,
    endLine: last,
    after: what === 'removed' ? '' : source,
    summary: `${name}:${line} ${words}`,
  };
}

/** The file that a stretch of output was read from: the one its element names, or that holds its text. */
function assetOf({ location, after }: Segment, { prompt, markup, read }: Scene): Dependency | undefined {
  const files = prompt.dependencies.filter(({ kind }) => kind !== 'include');
  if (files.length === 0) return undefined;
  const tag = location
    ? (/^<[^>]*>?/.exec(markup.slice(location.offset, location.endOffset))?.[0] ?? '')
    : '';
  const named = files.find(({ reference }) => reference !== '' && tag.includes(reference));
  if (named) return named;
  const text = after.trim();
  const holder =
    text === '' ? undefined : files.find(({ path, kind }) => TEXTS.has(kind) && read(path)?.includes(text));
  if (holder) return holder;
  const data = files.filter(({ kind }) => kind === 'data' || kind === 'table');
  if (location?.expression !== undefined) return data.length === 1 ? data[0] : undefined;
  return files.length === 1 && prompt.dependencies.length === 1 ? files[0] : undefined;
}

const TEXTS: ReadonlySet<Dependency['kind']> = new Set(['data', 'document', 'table', 'webpage']);

function unknownCause(read: readonly string[], { file, name }: Scene): Cause {
  const prompt = file === undefined ? 'the prompt' : name(file);
  const files = read.slice(0, 3).join(', ') + (read.length > 3 ? ` and ${read.length - 3} more` : '');
  return {
    key: causeKey('unknown', file && name(file), ...read),
    kind: 'unknown',
    ...(file !== undefined && { file }),
    summary: `${prompt} is what it was; what it reads may have changed: ${files}`,
  };
}

/** No input has changed, so what renders it has. */
function engineCause(location: SourceLocation | undefined, { path }: Difference, { markup }: Scene): Cause {
  const element = location && /^<([^\s<>/]+)/.exec(markup.slice(location.offset))?.[1]?.toLowerCase();
  const part = /^(?:schema|tools|runtime)/.exec(path)?.[0];
  const what = part ?? (element === undefined ? 'text' : `<${element}>`);
  return {
    key: causeKey('engine', undefined, what),
    kind: 'engine',
    summary: `the engine renders ${what} in another way: the prompt and what it reads are what they were`,
  };
}
