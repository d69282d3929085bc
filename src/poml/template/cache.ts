import type { Origin, SourceFile } from '../source.ts';
import { type CompiledDocument, compileDocument } from './document.ts';

const CAPACITY = 500;

/**
 * Compiled documents by text, then by where the text stands, the least recently used text first. A text is its own
 * key: joined with its path it would have to be hashed anew for every render.
 */
let documents = new Map<string, Map<string, CompiledDocument>>();

/** The text used last, with its documents: one prompt is often rendered many times in a row. */
let latest: { readonly text: string; readonly places: Map<string, CompiledDocument> } | undefined;

/** The compiled form of a file, made once for the same text at the same path, included from the same place. */
export function cachedDocument(file: SourceFile): CompiledDocument {
  if (latest?.text !== file.text) latest = { text: file.text, places: placesOf(file.text) };
  const { places } = latest;
  const place = placeOf(file);
  let document = places.get(place);
  if (document === undefined) {
    document = compileDocument(file);
    // The same text under ever new paths must not pile up.
    if (places.size >= CAPACITY) places.clear();
    places.set(place, document);
  }
  return document;
}

/** The documents of a text, which becomes the one used last. */
function placesOf(text: string): Map<string, CompiledDocument> {
  let places = documents.get(text);
  if (places === undefined) {
    places = new Map();
    if (documents.size >= CAPACITY) documents.delete(documents.keys().next().value!);
  } else {
    documents.delete(text);
  }
  documents.set(text, places);
  return places;
}

function placeOf({ path, includedFrom }: SourceFile): string {
  return includedFrom.length === 0 ? (path ?? '') : `${path ?? ''}\0${includedFrom.map(placeKey).join('\0')}`;
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
  documents = new Map();
  latest = undefined;
}
