import type { Origin, SourceFile } from '../source.ts';
import { type CompiledDocument, compileDocument } from './document.ts';

const CAPACITY = 500;

type Documents = Map<string, Map<string, CompiledDocument>>;

/**
 * Compiled documents by text, then by the key of where the text stands. A text is its own key: joined with its path it
 * would have to be hashed anew for every render. Texts that were used lately, and those that were before: when the first
 * are many they become the second, so that finding one moves nothing.
 */
let recent: Documents = new Map();
let older: Documents = new Map();

/** Where a text stands. */
export interface Place {
  readonly path: string | undefined;
  readonly includedFrom: readonly Origin[];
  readonly key: string;
}

const NOWHERE: readonly Origin[] = [];

/** The place of a prompt itself. */
export function placeOfPrompt(path: string | undefined): Place {
  return { path, includedFrom: NOWHERE, key: path ?? '' };
}

/** The place of a file that is included at a place of another. */
export function placeOfInclude(path: string, { file, start, end }: Origin): Place {
  const includedFrom = [...file.includedFrom, { file, start, end }];
  return { path, includedFrom, key: `${path}\0${includedFrom.map(placeKey).join('\0')}` };
}

/** The compiled form of a text, made once for the same text at the same place. */
export function cachedDocument(text: string, { path, includedFrom, key }: Place): CompiledDocument {
  const places = recent.get(text) ?? placesOf(text);
  let document = places.get(key);
  if (document === undefined) {
    document = compileDocument({ path, text, includedFrom });
    // The same text under ever new paths must not pile up.
    if (places.size >= CAPACITY) places.clear();
    places.set(key, document);
  }
  return document;
}

/** The documents of a text, which was not used lately. */
function placesOf(text: string): Map<string, CompiledDocument> {
  const places = older.get(text) ?? new Map<string, CompiledDocument>();
  if (recent.size >= CAPACITY) {
    older = recent;
    recent = new Map();
  }
  recent.set(text, places);
  return places;
}

const numbers = new WeakMap<SourceFile, number>();
let filesSeen = 0;

/** A file that changed is another file, though its path is the same. */
function placeKey({ file, start }: Origin): string {
  let number = numbers.get(file);
  if (number === undefined) {
    number = filesSeen++;
    numbers.set(file, number);
  }
  return `${number}:${start}`;
}

/** Forgets all compiled documents, for measurements. */
export function clearDocumentCache(): void {
  // Not cleared but left behind: an old table that was emptied holds on to its successor, and that to all in it.
  recent = new Map();
  older = new Map();
}
