import { readFileSync } from 'node:fs';
import { lineAndColumn, RenderError } from '../errors.ts';
import type { SourceLocation } from '../types.ts';

/** An error as an engine tells it. */
export interface EngineFailure {
  message: string;
  /** Offsets in the file it speaks of; the last one belongs to the place, as POML counts. */
  startIndex?: number;
  endIndex?: number;
  sourcePath?: string;
}

/** The prompt that an engine was given. */
export interface PromptSource {
  markup: string;
  /** Absolute path, `undefined` for markup without a file. */
  file: string | undefined;
  /** The path that the engine believes the markup to be at. */
  believed: string;
}

/** The engine's error as ours, with file, line, column and code frame where it tells a place. */
export function toRenderError(failure: EngineFailure, source: PromptSource): RenderError {
  const { message, startIndex, endIndex } = failure;
  if (startIndex === undefined || startIndex < 0) return new RenderError(message);
  const own = failure.sourcePath === undefined || failure.sourcePath === source.believed;
  const text = own ? source.markup : includedText(failure.sourcePath);
  if (text === undefined) return new RenderError(message);
  const location: SourceLocation = {
    file: own ? source.file : failure.sourcePath,
    ...lineAndColumn(text, startIndex),
    offset: startIndex,
    endOffset: Math.max(startIndex, (endIndex ?? startIndex) + 1),
  };
  return new RenderError(message, location, text);
}

/** A file that the engine has just read. Gone meanwhile, or not a text: the error is shown without its place. */
function includedText(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
