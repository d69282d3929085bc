import path from 'node:path';
import { createFiles } from '../assets/fs.ts';
import { projectRoots, sourceFolder } from '../roots.ts';
import { cachedDocument, placeOfPrompt } from '../template/cache.ts';
import { type DocumentPoints, documentPoints } from './points.ts';

/** A file with all that renders can reach in it. */
export interface PromptFile {
  /** Absolute; `undefined` for markup given as a string. */
  readonly path: string | undefined;
  readonly text: string;
  readonly included: boolean;
  readonly points: DocumentPoints;
}

/** Where includes are looked for, see `RenderOptions`. */
export interface UniverseOptions {
  roots?: readonly string[] | undefined;
  moved?: Readonly<Record<string, string>> | undefined;
}

/** The points of one file by itself. */
export function promptFile(file: string | undefined, text: string, included = false): PromptFile {
  const document = cachedDocument(text, placeOfPrompt(file));
  return { path: file, text, included, points: documentPoints(document, included) };
}

/**
 * A prompt and all files that it includes, each once, without rendering. Includes that are missing, or that a render
 * could not read either, are left out.
 *
 * @param file Absolute.
 */
export function promptUniverse(
  file: string | undefined,
  text: string,
  options: UniverseOptions = {},
): PromptFile[] {
  const baseDir = sourceFolder(file);
  const files = createFiles({
    baseDir,
    roots: options.roots ?? projectRoots(baseDir),
    ...(options.moved && { moved: options.moved }),
  });
  const found: PromptFile[] = [promptFile(file, text)];
  const known = new Set<string>();
  // The list grows while it is gone through.
  for (const { path: from, points } of found) {
    for (const { reference } of points.includes) {
      const target = path.resolve(baseDir, files.relativeTo(from, reference));
      if (known.has(target)) continue;
      known.add(target);
      const content = attempt(() => files.readText(target, 'include', reference));
      if (content !== undefined) found.push(promptFile(target, content, true));
    }
  }
  return found;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
